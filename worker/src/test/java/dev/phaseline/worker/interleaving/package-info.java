/// A model checker for programs of a few threads: the compiled classes themselves run, one step of
/// one thread at a time, in every order in which the steps can come.
@NullMarked
package dev.phaseline.worker.interleaving;

import org.jspecify.annotations.NullMarked;
