package dev.phaseline.schemas.avro;

import dev.phaseline.schemas.internal.BoundedCache;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import dev.phaseline.schemas.registry.IncompatibleSchemaException;
import dev.phaseline.schemas.registry.RegistryUnavailableException;
import dev.phaseline.schemas.registry.SchemaNotFoundException;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes Avro in Confluent's wire format: generic records, generated classes, and Avro's
/// primitives. A drop-in for `io.confluent.kafka.serializers.KafkaAvroSerializer`, by class name
/// and with the same settings.
///
/// Thread-safe once configured. A schema that was seen before is written without a call to the
/// registry, so known schemas survive its outage.
///
/// | setting | default | |
/// |---|---|---|
/// | `schema.registry.url`, ... | | see the registry's client |
/// | `auto.register.schemas` | `true` | right for development; in production register schemas when
/// they are released and set `false`, so that no program changes a contract by running |
/// | `use.latest.version` | `false` | write under the subject's latest schema |
/// | `latest.cache.ttl.sec` | `60` | how long the latest version is taken for granted |
/// | `avro.remove.java.properties` | `false` | register and look up schemas without `avro.java.string`
/// and the like, which Avro's compiler adds for Java alone |
/// | `avro.use.logical.type.converters` | `false` | generic records may hold Java's types for decimals,
/// dates and times |
/// | `key.subject.name.strategy`, `value.subject.name.strategy` | `TopicNameStrategy` | |
///
/// @param <T> what is written
public final class AvroSerializer<T> implements Serializer<T> {
  private static final int PLANS_MAX = 1_000;

  /// A generated class brings its own conversions, so it is part of the key.
  private record Key(String topic, Schema schema, @Nullable Class<?> generated) {}

  /// A plan, and until when the subject's latest version is taken for granted.
  private record Planned(EncodingPlan plan, long untilNanos) {}

  private final ValueWriter bytes = new ValueWriter();
  private final BoundedCache<Key, Planned> plans = new BoundedCache<>(PLANS_MAX);
  private final LongSupplier nanoClock;
  private @Nullable SchemaRegistry registry;
  private SerdeSettings settings = SerdeSettings.from(Map.of(), false);
  private boolean ownsRegistry;

  /// For Kafka's clients, which call [#configure] next.
  public AvroSerializer() {
    nanoClock = System::nanoTime;
  }

  /// Writes values with the default settings; the registry stays the caller's to close.
  public AvroSerializer(SchemaRegistry registry) {
    this(registry, Map.of(), false);
  }

  /// Writes keys or values; the registry stays the caller's to close.
  public AvroSerializer(SchemaRegistry registry, Map<String, ?> settings, boolean isKey) {
    this(registry, settings, isKey, System::nanoTime);
  }

  AvroSerializer(
      SchemaRegistry registry, Map<String, ?> settings, boolean isKey, LongSupplier nanoClock) {
    this.registry = registry;
    this.settings = SerdeSettings.from(settings, isKey);
    this.nanoClock = nanoClock;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    settings = SerdeSettings.from(configs, isKey);
    if (registry == null) {
      registry = HttpSchemaRegistry.of(configs);
      ownsRegistry = true;
    }
  }

  /// Encodes a value; null stays null.
  ///
  /// @throws SerializationException when the value can't be encoded, now or ever
  /// @throws RegistryUnavailableException when the registry is needed and can't be reached
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T value) {
    if (value == null) return null;
    var schema = DatumSchemas.of(topic, value);
    var plan = plan(topic, schema, value);
    try {
      return plan.encode(bytes, value);
    } catch (IOException | RuntimeException | StackOverflowError failure) {
      throw new SerializationException(
          "a "
              + value.getClass().getSimpleName()
              + " can't be written to topic '"
              + topic
              + "' as Avro '"
              + schema.getFullName()
              + "': "
              + AvroFailureText.what(failure),
          failure);
    }
  }

  private EncodingPlan plan(String topic, Schema schema, T value) {
    var key = new Key(topic, schema, value instanceof SpecificRecord ? value.getClass() : null);
    var planned = plans.peek(key);
    if (planned == null) planned = plans.get(key, wanted -> newPlan(wanted, value));
    if (settings.useLatest() && nanoClock.getAsLong() - planned.untilNanos() >= 0) {
      planned = renewed(key, planned, value);
      plans.put(key, planned);
    }
    return planned.plan();
  }

  /// A registry that is down does not stop what is known.
  private Planned renewed(Key key, Planned before, T value) {
    try {
      return newPlan(key, value);
    } catch (RegistryUnavailableException down) {
      return new Planned(before.plan(), until());
    }
  }

  private long until() {
    return nanoClock.getAsLong() + settings.latestFor().toNanos();
  }

  private Planned newPlan(Key key, Object example) {
    var schema = settings.withoutJava() ? JavaProperties.removed(key.schema()) : key.schema();
    var subject = settings.naming().subject(key.topic(), settings.isKey(), schema);
    if (settings.useLatest())
      return new Planned(underLatest(subject, key.schema(), example), until());
    var id =
        settings.autoRegister() ? registry().register(subject, schema) : known(subject, schema);
    return new Planned(EncodingPlan.direct(id, key.schema(), example, model()), 0);
  }

  private int known(String subject, Schema schema) {
    try {
      return registry().id(subject, schema);
    } catch (SchemaNotFoundException unknown) {
      throw new SchemaNotFoundException(
          unknown.getMessage()
              + "; auto.register.schemas is false, so it is not registered"
              + " automatically");
    }
  }

  private EncodingPlan underLatest(String subject, Schema schema, Object example) {
    var latest = registry().latest(subject);
    if (latest.schema().equals(schema)) {
      return EncodingPlan.direct(latest.id(), schema, example, model());
    }
    var fits = SchemaCompatibility.checkReaderWriterCompatibility(latest.schema(), schema);
    if (fits.getType() != SchemaCompatibilityType.COMPATIBLE) {
      throw new IncompatibleSchemaException(
          "version "
              + latest.version()
              + " of subject '"
              + subject
              + "', its latest, can't read values of schema '"
              + schema.getFullName()
              + "': "
              + fits.getResult().getIncompatibilities()
              + "; write with the latest schema, or set use.latest.version to false");
    }
    try {
      return EncodingPlan.converting(latest.id(), latest.schema(), schema, example, model());
    } catch (IOException unreadable) {
      throw new SerializationException("schema of subject '" + subject + "'", unreadable);
    }
  }

  private GenericData model() {
    return Conversions.data(settings.conversions());
  }

  private SchemaRegistry registry() {
    if (registry == null) {
      throw new IllegalStateException("configure() was not called on this serializer");
    }
    return registry;
  }

  /// Closes the registry's client if it was made by [#configure].
  @Override
  public void close() {
    if (registry != null && ownsRegistry) registry.close();
  }
}
