package dev.phaseline.core;

import java.util.List;

/// Form of the bytes that a codec reads, for tools that make payloads of JSON: a command line, a
/// form on a page. Handlers and lanes do not look at it. Immutable.
public sealed interface PayloadForm {

  /// Bytes as they are.
  record Bytes() implements PayloadForm {}

  /// Text in UTF-8.
  record Text() implements PayloadForm {}

  /// A JSON value in UTF-8.
  ///
  /// @param members the members of the object; empty when the value is no object or they are not
  ///   known
  record Json(List<Member> members) implements PayloadForm {
    public Json {
      members = List.copyOf(members);
    }
  }

  /// Avro in Confluent's wire format.
  ///
  /// @param schema the schema that the codec reads, in Avro's JSON
  record Avro(String schema) implements PayloadForm {}

  /// A form that the codec does not declare.
  record Undeclared() implements PayloadForm {}

  /// A member of a JSON object.
  ///
  /// @param name the member's name
  /// @param type `text`, `integer`, `number`, `boolean`, `list` or `object`
  /// @param required whether the codec refuses an object without it
  record Member(String name, String type, boolean required) {}
}
