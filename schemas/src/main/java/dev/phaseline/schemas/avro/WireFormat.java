package dev.phaseline.schemas.avro;

import org.apache.kafka.common.errors.SerializationException;

/// The five bytes before every value: zero, then the schema's id, big end first.
final class WireFormat {
  static final int HEADER_BYTES = 5;
  private static final byte MAGIC = 0;

  private WireFormat() {}

  static void putHeader(byte[] bytes, int id) {
    bytes[0] = MAGIC;
    bytes[1] = (byte) (id >>> 24);
    bytes[2] = (byte) (id >>> 16);
    bytes[3] = (byte) (id >>> 8);
    bytes[4] = (byte) id;
  }

  /// The schema id of a value that was read from `topic`.
  ///
  /// @throws SerializationException when the bytes do not start with such a header
  static int id(String topic, byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      throw foreign(topic, "it has " + bytes.length + " bytes, fewer than the header's 5");
    }
    if (bytes[0] != MAGIC) {
      throw foreign(topic, "its first byte is 0x%02x, not 0x00".formatted(bytes[0]));
    }
    return (bytes[1] & 0xff) << 24
        | (bytes[2] & 0xff) << 16
        | (bytes[3] & 0xff) << 8
        | (bytes[4] & 0xff);
  }

  private static SerializationException foreign(String topic, String why) {
    return new SerializationException(
        "a record of topic '"
            + topic
            + "' is not Avro in Confluent's wire format: "
            + why
            + "; have its producer use AvroSerializer, or read the topic with another"
            + " deserializer");
  }
}
