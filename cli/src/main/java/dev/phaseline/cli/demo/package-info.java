/// `phaseline demo`: a broker, a registry, a worker and a run of real work in one process, and the
/// proof that the books balance.
@NullMarked
package dev.phaseline.cli.demo;

import org.jspecify.annotations.NullMarked;
