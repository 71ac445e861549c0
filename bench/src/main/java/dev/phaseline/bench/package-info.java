/// Named benches: what is measured, how often, and what the figures are called.
@NullMarked
package dev.phaseline.bench;

import org.jspecify.annotations.NullMarked;
