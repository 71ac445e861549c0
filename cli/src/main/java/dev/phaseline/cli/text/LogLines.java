package dev.phaseline.cli.text;

import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Log events as lines of text: time in UTC, level, thread, logger, message. An event is one line,
/// and a line for each frame of what was thrown: words of others, escaped, can't forge another
/// event. Thread-safe.
public final class LogLines extends LayoutBase<ILoggingEvent> {
  private static final TargetLengthBasedClassNameAbbreviator SHORT =
      new TargetLengthBasedClassNameAbbreviator(30);

  @Override
  public String doLayout(ILoggingEvent event) {
    return String.join("\n", of(event)) + '\n';
  }

  /// The lines of an event.
  public static List<String> of(ILoggingEvent event) {
    var lines = new ArrayList<String>();
    lines.add(
        Printable.line(
            String.format(
                Locale.ROOT,
                "%s %-5s [%s] %s - %s",
                event.getInstant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS),
                event.getLevel(),
                event.getThreadName(),
                SHORT.abbreviate(event.getLoggerName()),
                event.getFormattedMessage())));
    lines.addAll(trace(event));
    return lines;
  }

  /// The stack trace of an exception; mostly empty.
  public static List<String> trace(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    if (thrown == null) return List.of();
    return ThrowableProxyUtil.asString(thrown)
        .lines()
        .map(
            line ->
                line.startsWith("\t")
                    ? "    " + Printable.line(line.strip())
                    : Printable.line(line))
        .toList();
  }
}
