package dev.phaseline.ops.console;

import java.util.function.BooleanSupplier;

/// The right of a client to go on listening, for as long as its token and its session hold.
/// Thread-safe.
///
/// @param holder whose streams are counted together: the token; empty where none is asked for
/// @param holds asked again and again while a stream is open
record Admission(String holder, BooleanSupplier holds) {}
