package dev.phaseline.schemas.avro;

import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

/// Under which subject a schema is registered: the three strategies that Confluent's serializers
/// know, by the same names.
public enum SubjectNaming {
  /// `<topic>-key` or `<topic>-value`: one kind of record a topic, checked for compatibility.
  TOPIC("TopicNameStrategy"),
  /// The record's full name: one kind of record wherever it goes.
  RECORD("RecordNameStrategy"),
  /// `<topic>-<full name>`: several kinds of records in one topic, each checked by itself.
  TOPIC_RECORD("TopicRecordNameStrategy");

  private final String strategy;

  SubjectNaming(String strategy) {
    this.strategy = strategy;
  }

  /// The strategy of that name, with or without the package of Confluent's class.
  ///
  /// @throws ConfigException naming the strategies that there are
  static SubjectNaming parse(String name, String setting) {
    var simple = name.substring(name.lastIndexOf('.') + 1);
    for (var naming : values()) if (naming.strategy.equals(simple)) return naming;
    throw new ConfigException(
        setting
            + " '"
            + name
            + "' does not exist; use TopicNameStrategy, RecordNameStrategy or"
            + " TopicRecordNameStrategy");
  }

  /// The subject of a value or key of `topic`.
  ///
  /// @throws SerializationException when the strategy needs a name and the schema has none
  public String subject(String topic, boolean isKey, Schema schema) {
    return switch (this) {
      case TOPIC -> topic + (isKey ? "-key" : "-value");
      case RECORD -> fullName(topic, schema);
      case TOPIC_RECORD -> topic + '-' + fullName(topic, schema);
    };
  }

  private String fullName(String topic, Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> schema.getFullName();
      default ->
          throw new SerializationException(
              strategy
                  + " needs a schema with a name, but topic '"
                  + topic
                  + "' is given a value of Avro type "
                  + schema.getType().getName()
                  + "; use TopicNameStrategy");
    };
  }
}
