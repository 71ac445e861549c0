package dev.phaseline.schemas.avro;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// What the serdes can be told, under Confluent's names.
///
/// @param isKey whether keys are meant, not values
/// @param naming the subjects' names
/// @param autoRegister register schemas that the registry does not have
/// @param useLatest write under the subject's latest schema
/// @param latestFor how long the latest version is taken for granted
/// @param specific read into generated classes
/// @param readerSchema the reader's schema as JSON, or null for the writer's
record SerdeSettings(
    boolean isKey,
    SubjectNaming naming,
    boolean autoRegister,
    boolean useLatest,
    Duration latestFor,
    boolean specific,
    @Nullable String readerSchema) {

  static SerdeSettings from(Map<String, ?> settings, boolean isKey) {
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
        settings.get("phaseline.reader.schema") instanceof String text ? text : null);
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
