package dev.phaseline.ops.dead;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A lexical view of JSON: a validity check and two layouts of the white space between tokens.
///
/// Numbers and strings are copied character by character and never become values, because a value
/// has no room for what a payload may say: `12345678901234567.89`, `1.10`, `-0.0`, `1e400`, a lone
/// surrogate. Stateless.
final class JsonText {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private JsonText() {}

  /// Checks that text is one JSON value in which no object has a name twice.
  ///
  /// @return whether it is an object or an array
  /// @throws JsonProcessingException naming the place where it is not
  static boolean check(String text) throws JsonProcessingException {
    try (var parser = JSON.createParser(text)) {
      var first = parser.nextToken();
      if (first == null) throw new JsonParseException(parser, "there is no value");
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "there is more than one value");
      }
      return first.isStructStart();
    } catch (JsonProcessingException malformed) {
      throw malformed;
    } catch (IOException fromText) {
      throw new UncheckedIOException(fromText);
    }
  }

  /// A layout for the eye: a line for each member and element.
  ///
  /// @param json text that passed [#check]
  static String indented(String json) {
    return laidOut(json, true);
  }

  /// A layout on one line, without white space.
  ///
  /// @param json text that passed [#check]
  static String compact(String json) {
    return laidOut(json, false);
  }

  private static String laidOut(String json, boolean lines) {
    var out = new StringBuilder(json.length());
    var depth = 0;
    for (var at = 0; at < json.length(); at++) {
      var character = json.charAt(at);
      switch (character) {
        case ' ', '\t', '\n', '\r' -> {}
        case '{', '[' -> {
          out.append(character);
          depth++;
          if (lines && !closesNext(json, at)) newLine(out, depth);
        }
        case '}', ']' -> {
          depth--;
          if (lines && !isOpening(out)) newLine(out, depth);
          out.append(character);
        }
        case ',' -> {
          out.append(character);
          if (lines) newLine(out, depth);
        }
        case ':' -> out.append(lines ? ": " : ":");
        case '"' -> {
          var end = endOfString(json, at);
          out.append(json, at, end);
          at = end - 1;
        }
        default -> out.append(character);
      }
    }
    return out.toString();
  }

  private static boolean closesNext(String json, int opening) {
    for (var at = opening + 1; at < json.length(); at++) {
      switch (json.charAt(at)) {
        case ' ', '\t', '\n', '\r' -> {}
        case '}', ']' -> {
          return true;
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  private static boolean isOpening(StringBuilder out) {
    var last = out.charAt(out.length() - 1);
    return last == '{' || last == '[';
  }

  private static int endOfString(String json, int start) {
    var at = start + 1;
    while (json.charAt(at) != '"') at += json.charAt(at) == '\\' ? 2 : 1;
    return at + 1;
  }

  private static void newLine(StringBuilder out, int depth) {
    out.append('\n').repeat("  ", depth);
  }
}
