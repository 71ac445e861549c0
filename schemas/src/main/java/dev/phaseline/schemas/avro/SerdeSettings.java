package dev.phaseline.schemas.avro;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// Settings of the serdes, under Confluent's names.
///
/// @param isKey whether keys are meant, not values
/// @param naming the subjects' names
/// @param autoRegister register schemas that the registry does not have
/// @param useLatest write under the subject's latest schema
/// @param latestFor how long the latest version is taken for granted
/// @param specific read into generated classes
/// @param conversions generic records have Java's types where the schema has logical ones
/// @param withoutJava schemas are registered without what Avro's compiler adds for Java
/// @param readerSchema the reader's schema as JSON, or null for the writer's
record SerdeSettings(
    boolean isKey,
    SubjectNaming naming,
    boolean autoRegister,
    boolean useLatest,
    Duration latestFor,
    boolean specific,
    boolean conversions,
    boolean withoutJava,
    @Nullable String readerSchema) {

  private static final String PREFIX_ID =
      "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer";
  private static final String DUAL_ID =
      "io.confluent.kafka.serializers.schema.id.DualSchemaIdDeserializer";

  /// Each with the values that mean what happens here anyway.
  private static final Map<String, Set<String>> UNSUPPORTED =
      Map.ofEntries(
          Map.entry("schema.reflection", Set.of("false")),
          Map.entry("avro.reflection.allow.null", Set.of("false")),
          Map.entry("use.schema.id", Set.of("-1")),
          Map.entry("normalize.schemas", Set.of("false")),
          Map.entry("use.latest.with.metadata", Set.of("")),
          Map.entry("latest.compatibility.strict", Set.of("true")),
          Map.entry("id.compatibility.strict", Set.of("true")),
          Map.entry("specific.avro.key.type", Set.of("")),
          Map.entry("specific.avro.value.type", Set.of("")),
          Map.entry("rule.executors", Set.of("")),
          Map.entry("key.schema.id.serializer", Set.of("", PREFIX_ID)),
          Map.entry("value.schema.id.serializer", Set.of("", PREFIX_ID)),
          Map.entry("key.schema.id.deserializer", Set.of("", DUAL_ID)),
          Map.entry("value.schema.id.deserializer", Set.of("", DUAL_ID)));

  static SerdeSettings from(Map<String, ?> settings, boolean isKey) {
    refuseUnsupported(settings);
    var useLatest = truth(settings, "use.latest.version", false);
    var autoRegister = truth(settings, "auto.register.schemas", !useLatest);
    if (autoRegister && useLatest) {
      throw new ConfigException(
          "auto.register.schemas and use.latest.version exclude each other; set one of them to"
              + " false");
    }
    return new SerdeSettings(
        isKey,
        naming(settings, isKey),
        autoRegister,
        useLatest,
        Duration.ofSeconds(seconds(settings)),
        truth(settings, "specific.avro.reader", false),
        truth(settings, "avro.use.logical.type.converters", false),
        truth(settings, "avro.remove.java.properties", false),
        settings.get("phaseline.reader.schema") instanceof String text ? text : null);
  }

  /// Settings of Confluent's serdes that change what is written or read, and that have no meaning
  /// here: to ignore one would give other bytes or values than were asked for.
  private static void refuseUnsupported(Map<String, ?> settings) {
    UNSUPPORTED.forEach(
        (name, harmless) -> {
          var value = settings.get(name);
          if (value == null || harmless.contains(value.toString().strip())) return;
          throw new ConfigException(
              name
                  + " is not supported by these serdes; remove it, or use Confluent's by class"
                  + " name");
        });
  }

  private static SubjectNaming naming(Map<String, ?> settings, boolean isKey) {
    var setting = (isKey ? "key" : "value") + ".subject.name.strategy";
    var value = settings.get(setting);
    return switch (value) {
      case null -> SubjectNaming.TOPIC;
      case Class<?> type -> SubjectNaming.parse(type.getName(), setting);
      default -> SubjectNaming.parse(value.toString(), setting);
    };
  }

  private static boolean truth(Map<String, ?> settings, String name, boolean byDefault) {
    var value = settings.get(name);
    if (value == null) return byDefault;
    return switch (value.toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigException(name + " '" + value + "' is neither true nor false");
    };
  }

  private static long seconds(Map<String, ?> settings) {
    var value = settings.get("latest.cache.ttl.sec");
    if (value == null) return 60;
    try {
      var seconds = Long.parseLong(value.toString());
      if (seconds >= 0 && seconds <= 86_400) return seconds;
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new ConfigException("latest.cache.ttl.sec '" + value + "' is not in 0..86400");
  }
}
