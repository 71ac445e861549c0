package dev.phaseline.examples.feeds;

import java.time.Instant;

/// Payload of a feed's job: which feed, as of when, and how much work it is. In production size and
/// time are the partner's; here they are part of the request.
///
/// @param feed the feed's name
/// @param asOf the nominal instant of the run
/// @param rows how many rows the feed has
/// @param rowMs how long the import of a row takes, in milliseconds
public record FeedRequest(String feed, Instant asOf, int rows, int rowMs) {
  static final int ROWS_MAX = 1_000;
  static final int ROW_MS_MAX = 60_000;

  public FeedRequest {
    if (rows < 0 || rows > ROWS_MAX) {
      throw new IllegalArgumentException("rows is not from 0 to " + ROWS_MAX + ": " + rows);
    }
    if (rowMs < 0 || rowMs > ROW_MS_MAX) {
      throw new IllegalArgumentException("rowMs is not from 0 to " + ROW_MS_MAX + ": " + rowMs);
    }
  }
}
