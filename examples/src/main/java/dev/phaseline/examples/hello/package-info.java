/// The smallest example: two phases over text.
@NullMarked
package dev.phaseline.examples.hello;

import org.jspecify.annotations.NullMarked;
