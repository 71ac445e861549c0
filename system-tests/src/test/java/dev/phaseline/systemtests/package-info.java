/// Everything together: real brokers, real processes, faults, and audits.
@NullMarked
package dev.phaseline.systemtests;

import org.jspecify.annotations.NullMarked;
