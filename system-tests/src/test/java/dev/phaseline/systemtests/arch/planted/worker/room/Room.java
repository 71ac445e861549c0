package dev.phaseline.systemtests.arch.planted.worker.room;

/// A type that is public for its own module alone.
public final class Room {}
