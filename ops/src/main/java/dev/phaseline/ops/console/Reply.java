package dev.phaseline.ops.console;

import java.util.Map;

/// Answer to a request.
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
    private final String tag;

    Content(byte[] bytes, String type) {
      this.bytes = bytes.clone();
      this.type = type;
      this.tag = PageFiles.tag(bytes);
    }

    byte[] bytes() {
      return bytes.clone();
    }

    /// Names these bytes, compressed or not.
    String tag() {
      return tag;
    }

    String type() {
      return type;
    }
  }

  /// Nothing more to say.
  record Empty(Map<String, String> headers) implements Reply {}

  /// Another place for the same.
  ///
  /// @param to a path
  record Moved(String to) implements Reply {}

  /// A stream of events, until the client or the server goes.
  ///
  /// @param admission how long the client may listen
  record Events(Admission admission) implements Reply {}

  static Reply json(Object body) {
    return new Json(200, body, Map.of());
  }
}
