package dev.phaseline.systemtests.arch.planted.cli.back;

import dev.phaseline.systemtests.arch.planted.cli.forth.Forth;

/// Half of a cycle of two packages.
public record Back(Forth other) {}
