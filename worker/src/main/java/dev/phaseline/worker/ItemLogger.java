package dev.phaseline.worker;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// A logger that says in each line which item it is about.
final class ItemLogger implements System.Logger {
  private final System.Logger target;
  private final String prefix;

  ItemLogger(String name, String prefix) {
    this.target = System.getLogger(name);
    this.prefix = prefix;
  }

  @Override
  public String getName() {
    return target.getName();
  }

  @Override
  public boolean isLoggable(Level level) {
    return target.isLoggable(level);
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    if (target.isLoggable(level)) target.log(level, prefix + message, thrown);
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object... arguments) {
    if (!target.isLoggable(level)) return;
    var text =
        format == null || arguments == null || arguments.length == 0
            ? format
            : MessageFormat.format(format, arguments);
    target.log(level, prefix + text);
  }
}
