package dev.phaseline.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.JsonLines;
import dev.phaseline.cli.text.LogLines;
import dev.phaseline.cli.text.PassedOverLines;
import dev.phaseline.cli.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// Log configuration of the process: warnings of ours go to standard error, everything, Kafka's
/// lines too, to a file of bounded size. Until a command configures it, nothing is logged.
///
/// Process-wide, as logging is. Thread-safe.
public final class Logs {
  private static final String FILE = "phaseline.log";
  private static final List<String> KAFKA_CONFIGS =
      List.of(
          "org.apache.kafka.common.config.AbstractConfig",
          "org.apache.kafka.clients.consumer.ConsumerConfig",
          "org.apache.kafka.clients.producer.ProducerConfig",
          "org.apache.kafka.clients.admin.AdminClientConfig",
          "org.apache.kafka.common.utils.AppInfoParser",
          "org.apache.kafka.common.metrics.Metrics",
          "state.change.logger");

  /// The HTTP server warns of what clients send, in the bytes that they sent.
  private static final String HTTP = "org.eclipse.jetty";

  private static final int FILES_MAX = 4;
  private static final long FILE_BYTES_MAX = 8L << 20;

  private Logs() {}

  /// Logs into `<dataDir>/log/phaseline.log`, at most 40 MiB of it, and hands what we ourselves
  /// warn of to `console`, one line each.
  ///
  /// @param verbose the console gets our information too, and stack traces
  /// @return the file
  public static Path toFile(Path dataDir, boolean verbose, Consumer<String> console) {
    var folder = dataDir.resolve("log");
    try {
      OwnFolder.makeOurs(folder);
    } catch (IOException unwritable) {
      throw CommandFailure.of(
          "can't write to data folder "
              + dataDir
              + " ("
              + unwritable
              + "); make it writable or choose another with --data DIR",
          unwritable);
    }
    var file = folder.resolve(FILE);
    var context = context();
    context.reset();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(file(context, file));
    // Each client prints its hundred settings; thousands of lines that nobody asked for.
    for (var config : KAFKA_CONFIGS) context.getLogger(config).setLevel(Level.WARN);
    context.getLogger(HTTP).setLevel(Level.ERROR);
    context.getLogger("dev.phaseline").addAppender(lines(context, verbose, console));
    return file;
  }

  /// Logs to `console` alone: our information, and everybody's warnings.
  ///
  /// @param verbose everybody's information too, and stack traces
  public static void toConsole(boolean verbose, Consumer<String> console) {
    append(verbose, event -> LogLines.of(event).forEach(console));
  }

  /// The same as [#toConsole], each event as a line of JSON: [JsonLines].
  public static void toConsoleAsJson(boolean verbose, Consumer<String> console) {
    append(verbose, event -> console.accept(JsonLines.of(event)));
  }

  private static void append(boolean verbose, Consumer<ILoggingEvent> console) {
    var context = context();
    context.reset();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(verbose ? Level.INFO : Level.WARN);
    context.getLogger("dev.phaseline").setLevel(Level.INFO);
    context.getLogger(HTTP).setLevel(Level.ERROR);
    // Each failed connection is a warning, several a second: we say once that the broker is gone.
    if (!verbose) context.getLogger("org.apache.kafka.clients").setLevel(Level.ERROR);
    root.addAppender(
        started(
            context,
            new AppenderBase<ILoggingEvent>() {
              @Override
              protected void append(ILoggingEvent event) {
                console.accept(event);
              }
            }));
  }

  /// Logs nothing from now on, and lets go of the file.
  public static void off() {
    var context = context();
    context.reset();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }

  /// Prints what the reading of topics leaves out, for commands that log nothing: one line each.
  public static void passedOverTo(Consumer<String> err) {
    PassedOverLines.to(context(), err);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static Appender<ILoggingEvent> file(LoggerContext context, Path file) {
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder(context));
    var rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(FILES_MAX);
    rolling.start();
    var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_BYTES_MAX));
    size.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(size);
    appender.start();
    return appender;
  }

  private static Appender<ILoggingEvent> lines(
      LoggerContext context, boolean verbose, Consumer<String> console) {
    var least = verbose ? Level.INFO : Level.WARN;
    return started(
        context,
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (!event.getLevel().isGreaterOrEqual(least)) return;
            console.accept(
                event.getLevel().toString().toLowerCase(java.util.Locale.ROOT)
                    + ": "
                    + Printable.line(event.getFormattedMessage()));
            if (verbose) LogLines.trace(event).forEach(console);
          }
        });
  }

  private static <T> Appender<T> started(LoggerContext context, AppenderBase<T> appender) {
    appender.setContext(context);
    appender.start();
    return appender;
  }

  private static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context) {
    var layout = new LogLines();
    layout.setContext(context);
    layout.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setCharset(UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  /// Logback asks for it by name, in place of its own habit of printing everything.
  public static final class Quiet extends ContextAwareBase implements Configurator {
    /// Made by Logback.
    public Quiet() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
      context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
      return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
  }
}
