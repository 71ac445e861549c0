package dev.phaseline.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// A whole answer. Immutable.
public final class HttpReply {
  private final int status;
  private final SequencedMap<String, String> headers;
  private final byte[] body;

  /// @param status of HTTP
  /// @param headers but for the length, which is the server's
  /// @param body empty for none
  public HttpReply(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = new LinkedHashMap<>(headers);
    this.body = Objects.requireNonNull(body).clone();
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }
}
