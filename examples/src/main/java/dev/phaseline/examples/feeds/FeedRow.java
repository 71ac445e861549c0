package dev.phaseline.examples.feeds;

import java.time.Instant;

/// One row of a feed, to be imported.
///
/// @param feed the feed's name
/// @param asOf the nominal instant of its run
/// @param number of the row, from 1
/// @param ms how long the import takes, in milliseconds
public record FeedRow(String feed, Instant asOf, int number, int ms) {}
