package dev.phaseline.ops.console;

import java.util.Map;

/// What is answered.
sealed interface Reply {

  /// A JSON document.
  ///
  /// @param body maps, lists, records of our own, text, numbers
  /// @param headers more of them
  record Json(int status, Object body, Map<String, String> headers) implements Reply {}

  /// Bytes that are never changed by a request.
  final class Content implements Reply {
    private final byte[] bytes;
    private final String type;

    Content(byte[] bytes, String type) {
      this.bytes = bytes.clone();
      this.type = type;
    }

    byte[] bytes() {
      return bytes.clone();
    }

    String type() {
      return type;
    }
  }

  /// Nothing more to say.
  record Empty(Map<String, String> headers) implements Reply {}

  /// A stream of events, until the client or the server goes.
  record Events() implements Reply {}

  static Reply json(Object body) {
    return new Json(200, body, Map.of());
  }
}
