package dev.phaseline.server;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A YAML document whose scalars are the text that stands in the file. YAML itself makes a number
/// of `0123456`, a truth of `no` and another number of `1e3`; a password or a name that went
/// through that is another one. What is due as a number or a truth is made one by its reader, who
/// knows. Stateless.
public final class YamlText {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          .build();

  /// The tags that say what our readers find out by themselves.
  private static final List<String> PLAIN_TAGS =
      List.of("str", "int", "float", "bool", "null", "map", "seq");

  /// Of a tag in a message: enough to find it.
  private static final int NAME_CHARS_MAX = 40;

  private YamlText() {}

  /// YAML that is well-formed, and more than a server file may have.
  public static final class UnsupportedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int line;

    UnsupportedException(JsonLocation at, String message) {
      super(message);
      this.line = at.getLineNr();
    }

    /// The line where it stands.
    public int line() {
      return line;
    }
  }

  /// Parses one document: mappings, sequences, texts and nulls.
  ///
  /// @return null for an empty file
  /// @throws JsonProcessingException naming the place where it is malformed
  /// @throws UnsupportedException for anchors, aliases, merge keys, tags and more documents
  public static @Nullable JsonNode parse(String yaml) throws IOException {
    try (var parser = YAML.createParser(yaml)) {
      if (parser.nextToken() == null) return null;
      var root = value(parser);
      if (parser.nextToken() != null) {
        throw new UnsupportedException(
            parser.currentTokenLocation(),
            "begins a second document (---), which is not supported: use a file for each");
      }
      return root;
    }
  }

  private static JsonNode value(YAMLParser at) throws IOException {
    requirePlain(at);
    return switch (at.currentToken()) {
      case START_OBJECT -> {
        var object = NODES.objectNode();
        for (var name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
          if (name.equals("<<")) {
            throw new UnsupportedException(
                at.currentTokenLocation(),
                "merges another mapping in (<<), which is not supported: write its keys out");
          }
          at.nextToken();
          object.set(name, value(at));
        }
        yield object;
      }
      case START_ARRAY -> {
        var array = NODES.arrayNode();
        while (at.nextToken() != JsonToken.END_ARRAY) array.add(value(at));
        yield array;
      }
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          NODES.textNode(at.getText());
      case VALUE_EMBEDDED_OBJECT, END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE ->
          throw new UnsupportedException(at.currentTokenLocation(), "is no plain value");
    };
  }

  private static void requirePlain(YAMLParser at) throws IOException {
    if (at.isCurrentAlias()) throw shared(at, "an alias (*)");
    if (at.getObjectId() != null) throw shared(at, "an anchor (&)");
    var tag = at.getTypeId();
    if (tag == null) return;
    var name = tag.toString().replaceFirst("^(tag:)?yaml\\.org,2002:|^!+", "");
    if (PLAIN_TAGS.contains(name.toLowerCase(Locale.ROOT))) return;
    throw new UnsupportedException(
        at.currentTokenLocation(),
        "has a tag (!"
            + cut(name)
            + "), which is not supported: leave it out, or quote a text that begins with !");
  }

  private static String cut(String name) {
    if (name.codePointCount(0, name.length()) <= NAME_CHARS_MAX) return name;
    return name.substring(0, name.offsetByCodePoints(0, NAME_CHARS_MAX - 1)) + '\u2026';
  }

  private static UnsupportedException shared(JsonParser at, String what) {
    return new UnsupportedException(
        at.currentTokenLocation(),
        "has "
            + what
            + ", which is not supported: write the value out in each place, or quote a text that"
            + " begins with * or &");
  }
}
