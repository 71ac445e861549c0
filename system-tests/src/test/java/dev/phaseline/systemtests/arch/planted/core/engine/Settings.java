package dev.phaseline.systemtests.arch.planted.core.engine;

/// A type of an engine, for APIs that leak it.
public final class Settings {}
