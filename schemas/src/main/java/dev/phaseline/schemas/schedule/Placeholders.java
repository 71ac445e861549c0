package dev.phaseline.schemas.schedule;

import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.Utf8;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Placeholders in the texts of a [JobTemplate], whose doc lists them. Values are letters, digits
/// and `:.+-~`, so they need no escape in JSON. Thread-safe.
public final class Placeholders {
  private static final Pattern PLACE = Pattern.compile("\\$?\\$\\{([^}]*)\\}?");
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

  private final String schedule;
  private final String job;
  private final Instant nominal;
  private final ZoneId zone;

  /// The values of one run.
  public Placeholders(String schedule, String job, Instant nominal, ZoneId zone) {
    this.schedule = schedule;
    this.job = job;
    this.nominal = nominal;
    this.zone = zone;
  }

  /// The text with its placeholders filled in.
  ///
  /// @throws InvalidScheduleException when one is not known
  public String fill(String text) {
    return replaced("payload", text, this::value);
  }

  static void check(String field, String text) {
    try {
      Utf8.check(field, text);
    } catch (IllegalArgumentException half) {
      throw new InvalidScheduleException(field, String.valueOf(half.getMessage()), half);
    }
    var any = new Placeholders("s", "s~1+o", Instant.EPOCH, ZoneId.of("UTC"));
    replaced(field, text, any::value);
  }

  private static String replaced(
      String field, String text, Function<String, @Nullable String> values) {
    if (text.indexOf("${") < 0) return text;
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              var whole = place.group();
              if (whole.startsWith("$$")) return Matcher.quoteReplacement(whole.substring(1));
              var value = whole.endsWith("}") ? values.apply(place.group(1)) : null;
              if (value != null) return Matcher.quoteReplacement(value);
              throw new InvalidScheduleException(
                  field,
                  field
                      + " has the unknown placeholder '"
                      + Clipped.of(whole)
                      + "'; known are ${nominal}, ${nominal.ms}, ${nominal.date}, ${nominal.time},"
                      + " ${schedule} and ${job}; write $${ for the characters themselves");
            });
  }

  private @Nullable String value(String name) {
    return switch (name) {
      case "nominal" -> nominal.toString();
      case "nominal.ms" -> Long.toString(nominal.toEpochMilli());
      case "nominal.date" -> nominal.atZone(zone).toLocalDate().toString();
      case "nominal.time" -> nominal.atZone(zone).format(LOCAL);
      case "schedule" -> schedule;
      case "job" -> job;
      default -> null;
    };
  }
}
