package dev.phaseline.server;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// Line numbers of the keys of a YAML text. A parsed tree does not keep them, and error messages
/// name the line.
public final class KeyLines {
  private final Map<String, Integer> lines = new HashMap<>();

  /// Reads a text that is known to be YAML.
  public static KeyLines of(String yaml) throws IOException {
    var found = new KeyLines();
    var path = new ArrayDeque<String>();
    var name = "";
    try (var parser = new YAMLFactory().createParser(yaml)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          name = parser.currentName();
          found.lines.putIfAbsent(
              joined(path.peekLast(), name), parser.currentTokenLocation().getLineNr());
        } else if (token.isStructStart()) {
          path.addLast(joined(path.peekLast(), name));
          name = "";
        } else if (token.isStructEnd()) {
          path.removeLast();
        }
      }
    }
    return found;
  }

  /// `, line 7` for a key whose names are joined by dots; empty when it stands nowhere.
  public String at(CharSequence key) {
    var line = lines.get(key.toString());
    return line == null ? "" : ", line " + line;
  }

  private static String joined(@org.jspecify.annotations.Nullable String parent, String name) {
    return parent == null || parent.isEmpty() ? name : parent + "." + name;
  }
}
