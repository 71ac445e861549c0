package dev.phaseline.ops.console;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.http.BodyTooLargeException;
import dev.phaseline.http.HttpCall;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;

/// Authorised request. For the one thread that answers it.
///
/// @param http the request itself
/// @param principal who asks
/// @param path the values of the path's names
/// @param query what stands behind the question mark
record Call(HttpCall http, Principal principal, Map<String, String> path, QueryParameters query) {
  /// The largest body; an edited payload is the largest thing that anybody sends.
  static final int BODY_MAX = 4 << 20;

  /// Bodies above this are read a few at a time: as a tree of JSON each takes many times its size.
  private static final int LARGE = 64 << 10;

  private static final int LARGE_AT_ONCE = 4;
  private static final Semaphore LARGE_BODIES = new Semaphore(LARGE_AT_ONCE);

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(BODY_MAX)
                          .build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // a payload's numbers keep their digits
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  Call {
    path = Map.copyOf(path);
  }

  /// The part of the path with that name.
  String part(String name) {
    var value = path.get(name);
    if (value == null) throw new IllegalStateException("the route has no {" + name + "}");
    return value;
  }

  /// The body, a JSON object with no other members than these.
  ///
  /// @throws Problem when it is something else, or too large
  JsonBody body(Set<String> known) {
    return body(known, BODY_MAX);
  }

  /// The same, of at most so many bytes.
  JsonBody body(Set<String> known, int atMost) {
    requireJson();
    if (atMost <= LARGE || !isLarge()) return read(known, atMost);
    if (!LARGE_BODIES.tryAcquire()) {
      throw Problem.unavailable(
              "too-many-large-bodies",
              LARGE_AT_ONCE + " bodies of more than " + LARGE + " bytes are being read",
              "send it again in a second")
          .with("retryAfterSeconds", 1);
    }
    try {
      return read(known, atMost);
    } finally {
      LARGE_BODIES.release();
    }
  }

  /// A body without a length in advance may become large.
  private boolean isLarge() {
    var length = http.header("Content-Length");
    return length.isEmpty() || length.length() > 9 || Integer.parseInt(length) > LARGE;
  }

  private JsonBody read(Set<String> known, int atMost) {
    try {
      var body = JSON.readTree(bytes(atMost));
      if (!body.isObject()) throw notAnObject();
      for (var name : iterable(body)) {
        if (!known.contains(name)) throw unknown(name, known);
      }
      return new JsonBody(body);
    } catch (JsonProcessingException wrong) {
      var at = wrong.getLocation();
      throw Problem.bad(
          "bad-json",
          "the body is not JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()),
          "send one JSON object");
    } catch (IOException gone) {
      throw Problem.bad("broken-body", "the body ended early", "send it again");
    }
  }

  private static Iterable<String> iterable(JsonNode node) {
    return node::fieldNames;
  }

  private static Problem notAnObject() {
    return Problem.bad("bad-json", "the body is JSON, but no object", "send one JSON object");
  }

  private static Problem unknown(String name, Set<String> known) {
    return Problem.bad(
            "unknown-member",
            "the body has a member '" + name + "' that means nothing here",
            known.isEmpty() ? "send {}" : "it knows " + String.join(", ", new TreeSet<>(known)))
        .with("member", name);
  }

  private void requireJson() {
    var plain = http.header("Content-Type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (plain.equals("application/json")) return;
    throw Problem.of(
        415,
        "wrong-content-type",
        "The body's type is not understood",
        plain.isEmpty() ? "the request names no Content-Type" : "the body is '" + plain + "'",
        "send JSON with Content-Type: application/json");
  }

  private byte[] bytes(int atMost) throws IOException {
    try {
      return http.body(atMost);
    } catch (BodyTooLargeException larger) {
      throw Problem.of(
          413,
          "too-large",
          "The body is too large",
          "the body has more than " + atMost + " bytes",
          "send less; an edited payload larger than that goes through `phaseline dead edit`");
    }
  }

  /// For what asks for more than its route does.
  ///
  /// @param what in words
  /// @throws Problem when whoever asks may not do it
  void require(Role needed, String what) {
    if (principal.role().includes(needed)) return;
    throw Problem.role(principal, needed, what + " asks for the role " + needed.text());
  }
}
