package dev.phaseline.http;

import java.time.Duration;

/// The bounds of one server: what a client may occupy before anything is known about it.
///
/// @param connections the most that are open at once; for a further one the longest idle is closed,
///   and while all are at work it waits in the listener's backlog
/// @param headBytes the most that a request's line and headers may have (431 above)
/// @param request the time for a request's line and headers, counted from when the connection
///   begins to wait for them; so it is the idle time of a kept connection too
/// @param body the time for a request's whole body
/// @param write the time for one write: an answer, or one event of a stream
public record HttpLimits(
    int connections, int headBytes, Duration request, Duration body, Duration write) {
  private static final Duration USUAL = Duration.ofSeconds(30);

  public HttpLimits {
    if (connections < 1) throw new IllegalArgumentException("connections: " + connections);
    if (headBytes < 1024) throw new IllegalArgumentException("headBytes: " + headBytes);
  }

  /// The bounds where nothing else is needed: 500 connections, 32 KiB of head, 30 s for each step.
  public static HttpLimits usual() {
    return new HttpLimits(500, 32 << 10, USUAL, USUAL, USUAL);
  }

  /// These bounds with another number of connections.
  public HttpLimits withConnections(int most) {
    return new HttpLimits(most, headBytes, request, body, write);
  }

  /// These bounds with one time for every step.
  public HttpLimits withTimes(Duration each) {
    return new HttpLimits(connections, headBytes, each, each, each);
  }
}
