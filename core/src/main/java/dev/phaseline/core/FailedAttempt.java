package dev.phaseline.core;

import java.util.Optional;

/// A failed attempt at an item, in a few words of bounded length: nothing of the exception itself
/// is kept. Immutable.
///
/// @param attempt its number, from 1
/// @param error the class of what was thrown, by its full name; empty when nothing was: a timeout,
///   or an outcome that asked for another attempt
/// @param message what it said, with its root cause
public record FailedAttempt(int attempt, Optional<String> error, String message) {}
