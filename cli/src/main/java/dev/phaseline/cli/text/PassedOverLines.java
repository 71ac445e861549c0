package dev.phaseline.cli.text;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.phaseline.ops.cluster.TopicScan;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/// Log appender that prints what a command's reading of topics left out, although commands log
/// nothing: an answer that is not whole must not look like one that is. Each record once, and a
/// bounded number of them. Appended to on any thread, one at a time.
public final class PassedOverLines extends AppenderBase<ILoggingEvent> {
  /// More of them than that are one trouble.
  static final int SHOWN_MAX = 20;

  private final Consumer<String> err;
  private final Set<String> shown = new HashSet<>();
  private boolean isFull;

  private PassedOverLines(Consumer<String> err) {
    this.err = err;
  }

  /// Prints them until logging is set up in another way, as commands do that run on.
  public static void to(LoggerContext context, Consumer<String> err) {
    var logger = context.getLogger(TopicScan.class.getName());
    logger.detachAndStopAllAppenders(); // of an earlier command in this process
    logger.setLevel(Level.WARN);
    var lines = new PassedOverLines(err);
    lines.setContext(context);
    lines.start();
    logger.addAppender(lines);
  }

  @Override
  protected void append(ILoggingEvent event) {
    var line = Printable.line(event.getFormattedMessage());
    if (isFull || !shown.add(line)) return;
    isFull = shown.size() > SHOWN_MAX;
    err.accept(isFull ? "warning: more records can't be read" : "warning: " + line);
  }
}
