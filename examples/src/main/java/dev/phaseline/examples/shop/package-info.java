/// A saga: an order is reserved, charged and shipped; what can't be shipped is refunded and
/// released.
@NullMarked
package dev.phaseline.examples.shop;

import org.jspecify.annotations.NullMarked;
