package dev.phaseline.schemas.avro;

import dev.phaseline.schemas.internal.BoundedCache;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import dev.phaseline.schemas.registry.RegistryUnavailableException;
import dev.phaseline.schemas.registry.SchemaNotFoundException;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads Avro in Confluent's wire format: as generic records, as generated classes, or as Avro's
/// primitives (text as `String`, bytes as `byte[]`). A drop-in for
/// `io.confluent.kafka.serializers.KafkaAvroDeserializer`, by class name and with the same
/// settings.
///
/// Thread-safe once configured. A schema that was seen before is read without a call to the
/// registry. No bytes, and no schema, make it allocate out of proportion to the bytes' length; what
/// can't be read is a [SerializationException] and nothing else.
///
/// | setting | default | |
/// |---|---|---|
/// | `schema.registry.url`, ... | | see the registry's client |
/// | `specific.avro.reader` | `false` | read records into the generated classes of their names, in
/// unions, arrays and maps too |
/// | `avro.use.logical.type.converters` | `false` | decimals, dates and times in generic records as
/// Java's types, not as bytes and numbers |
/// | `phaseline.reader.schema` | the writer's | the schema to read into, as JSON |
///
/// @param <T> what is read; not checked when the class is named in a configuration
public final class AvroDeserializer<T> implements Deserializer<T> {
  private static final int READERS_MAX = 1_000;

  private final BoundedCache<Integer, ValueReader> readers = new BoundedCache<>(READERS_MAX);
  private @Nullable SchemaRegistry registry;
  private @Nullable Schema readerSchema;
  private @Nullable Class<? extends SpecificRecord> generated;
  private boolean specific;
  private boolean conversions;
  private boolean ownsRegistry;

  /// For Kafka's clients, which call [#configure] next.
  public AvroDeserializer() {}

  /// Reads generic records in their writers' schemas; the registry stays the caller's to close.
  public AvroDeserializer(SchemaRegistry registry) {
    this.registry = registry;
  }

  /// Reads generic records into one schema; the registry stays the caller's to close.
  public AvroDeserializer(SchemaRegistry registry, Schema readerSchema) {
    this.registry = registry;
    this.readerSchema = readerSchema;
  }

  /// Reads into a generated class; the registry stays the caller's to close.
  public AvroDeserializer(SchemaRegistry registry, Class<? extends SpecificRecord> generated) {
    this.registry = registry;
    this.generated = generated;
    specific = true;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    var settings = SerdeSettings.from(configs, isKey);
    specific |= settings.specific();
    conversions = settings.conversions();
    if (settings.readerSchema() != null) readerSchema = parse(settings.readerSchema());
    if (specific && readerSchema != null) {
      throw new ConfigException(
          "specific.avro.reader and phaseline.reader.schema exclude each other");
    }
    if (registry == null) {
      registry = HttpSchemaRegistry.of(configs);
      ownsRegistry = true;
    }
  }

  private static Schema parse(String json) {
    try {
      return new Schema.Parser().parse(json);
    } catch (SchemaParseException invalid) {
      throw new ConfigException("phaseline.reader.schema is not valid: " + invalid.getMessage());
    }
  }

  /// Decodes a value; null stays null.
  ///
  /// @throws SerializationException when the bytes can't be decoded, now or ever
  /// @throws RegistryUnavailableException when the schema is not known yet and the registry can't
  ///   be reached
  @Override
  @SuppressWarnings("unchecked") // the caller names the type, as with every Deserializer
  public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) return null;
    var id = WireFormat.id(topic, bytes);
    var reader = readers.peek(id);
    if (reader == null) reader = reader(topic, id);
    try {
      return (T) reader.read(bytes, WireFormat.HEADER_BYTES);
    } catch (IOException | RuntimeException | StackOverflowError failure) {
      throw new SerializationException(
          "a record of topic '"
              + topic
              + "' ("
              + bytes.length
              + " bytes, schema id "
              + id
              + ") can't be read: "
              + AvroFailureText.what(failure),
          failure);
    }
  }

  private ValueReader reader(String topic, int id) {
    try {
      return readers.get(id, this::newReader);
    } catch (SchemaNotFoundException unknown) {
      throw new SchemaNotFoundException(
          "a record of topic '" + topic + "' names an unknown schema: " + unknown.getMessage());
    }
  }

  private ValueReader newReader(int id) {
    if (registry == null) {
      throw new IllegalStateException("configure() was not called on this deserializer");
    }
    var writer = registry.schema(id);
    try {
      var zeroByteElements = SchemaLimits.check(id, writer);
      if (generated != null) return into(generated, writer);
      if (writer.getType() == Schema.Type.BYTES) return raw(id);
      if (specific && GeneratedReaders.hasRecords(writer)) {
        return GeneratedReaders.of(id, writer, conversions);
      }
      return generic(writer, readerSchema == null ? writer : readerSchema, zeroByteElements);
    } catch (IOException | StackOverflowError failure) {
      throw new SerializationException("schema id " + id + " can't be read with", failure);
    }
  }

  /// Whatever was written: a union's branch that is another record, or no record at all, is refused
  /// value by value.
  private static ValueReader into(Class<? extends SpecificRecord> type, Schema writer) {
    var classes = TrustedClasses.around(type);
    return GuardedReader.pooled(writer, classes.getSchema(type), classes);
  }

  private ValueReader generic(Schema writer, Schema reader, boolean zeroByteElements)
      throws IOException {
    var values =
        zeroByteElements
            ? GuardedReader.pooled(writer, reader, TrustedClasses.none(conversions))
            : ValueReader.of(
                new FastReaderBuilder(Conversions.data(conversions))
                    .createDatumReader(writer, reader));
    if (reader.getType() != Schema.Type.STRING) return values;
    return (bytes, offset) -> values.read(bytes, offset).toString();
  }

  /// Plain bytes stand after the header without a length, as Confluent's serializer writes them.
  private ValueReader raw(int id) {
    if (readerSchema != null && readerSchema.getType() != Schema.Type.BYTES) {
      throw new SerializationException(
          "schema id " + id + " is plain bytes, which can't be read as " + readerSchema.getType());
    }
    return (bytes, offset) -> Arrays.copyOfRange(bytes, offset, bytes.length);
  }

  /// Closes the registry's client if it was made by [#configure].
  @Override
  public void close() {
    if (registry != null && ownsRegistry) registry.close();
  }
}
