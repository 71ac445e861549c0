package dev.phaseline.cli.queue;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/// Spans of time as they are typed: `500ms`, `30s`, `5m`, `2h`, `1d`. Stateless.
final class Spans implements ITypeConverter<Duration> {
  static final String FORM = "a number and ms, s, m, h or d, such as 30s";

  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  /// The span that a text means.
  ///
  /// @throws CommandFailure when it means none
  static Duration read(String text) {
    var span = SPAN.matcher(text.strip());
    if (!span.matches()) {
      throw CommandFailure.usage("'" + Printable.line(text) + "' is no span of time: use " + FORM);
    }
    var number = Long.parseLong(span.group(1));
    return switch (span.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  @Override
  public Duration convert(String text) {
    return read(text);
  }
}
