package dev.phaseline.systemtests.arch.planted.cli.forth;

import dev.phaseline.systemtests.arch.planted.cli.back.Back;

/// Half of a cycle of two packages.
public record Forth(Back other) {}
