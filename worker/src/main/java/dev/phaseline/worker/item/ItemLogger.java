package dev.phaseline.worker.item;

import dev.phaseline.core.engine.UserCode;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/// A logger that says of each line which item it is about: in words for people, and as the pairs
/// `pipeline`, `phase`, `job`, `item` and `attempt` for programs. Never with anything of the
/// payload. Thread-safe.
final class ItemLogger implements System.Logger {
  private final Logger target;
  private final About about;

  /// The item and attempt.
  ///
  /// @param pipeline the pipeline
  /// @param phase its phase
  /// @param job the job's id
  /// @param item the item's id: the job's, and its path if it is not the first
  /// @param attempt from 1
  record About(String pipeline, String phase, String job, String item, int attempt) {
    String inWords() {
      return "[" + item + " " + phase + " #" + attempt + "] ";
    }
  }

  ItemLogger(About about) {
    this.target =
        LoggerFactory.getLogger("dev.phaseline.handler." + about.pipeline + "." + about.phase);
    this.about = about;
  }

  @Override
  public String getName() {
    return target.getName();
  }

  @Override
  public boolean isLoggable(Level level) {
    return level == Level.ALL || (level != Level.OFF && target.isEnabledForLevel(of(level)));
  }

  private static org.slf4j.event.Level of(Level level) {
    return switch (level) {
      case ALL, TRACE -> org.slf4j.event.Level.TRACE;
      case DEBUG -> org.slf4j.event.Level.DEBUG;
      case INFO -> org.slf4j.event.Level.INFO;
      case WARNING -> org.slf4j.event.Level.WARN;
      case ERROR, OFF -> org.slf4j.event.Level.ERROR;
    };
  }

  private LoggingEventBuilder line(Level level) {
    return level == Level.OFF ? NOPLoggingEventBuilder.singleton() : target.atLevel(of(level));
  }

  private void log(LoggingEventBuilder line, @Nullable String message) {
    line.addKeyValue("pipeline", about.pipeline)
        .addKeyValue("phase", about.phase)
        .addKeyValue("job", about.job)
        .addKeyValue("item", about.item)
        .addKeyValue("attempt", about.attempt)
        .log(about.inWords() + message);
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    if (!isLoggable(level)) return;
    var line = line(level);
    log(thrown == null ? line : line.setCause(thrown), message);
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object... arguments) {
    if (!isLoggable(level)) return;
    var text =
        format == null || arguments == null || arguments.length == 0
            ? format
            : formatted(format, arguments);
    log(line(level), text);
  }

  /// A format that is none, or an argument without a text of its own, is worth a poorer line and
  /// not an attempt.
  private static String formatted(String format, @Nullable Object[] arguments) {
    return UserCode.call(() -> MessageFormat.format(format, arguments))
                instanceof UserCode.Answer.Gave<String>(var text)
            && text != null
        ? text
        : format;
  }
}
