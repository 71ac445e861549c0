package dev.phaseline.bench.contender;

import java.util.Map;

/// One line that a contender's process writes: how it goes.
///
/// @param error why the request failed or the contender did since; empty when all is well
/// @param firstCallMs when the first handler was called, epoch milliseconds; 0: not yet
/// @param lastCallMs when a handler was last called
/// @param calls how many handlers have been called since the start
/// @param repeats how many of them for an item that had been handled before, where that is counted:
///   only when the contender has stopped
/// @param waiting how many items it holds that are not due
/// @param figures what it says of itself, and what it measured if it was asked to
/// @param heapBytes used heap
/// @param rssBytes resident memory of the process; 0 where the system doesn't say
public record Reply(
    String error,
    long firstCallMs,
    long lastCallMs,
    long calls,
    long repeats,
    long waiting,
    Map<String, Double> figures,
    long heapBytes,
    long rssBytes) {}
