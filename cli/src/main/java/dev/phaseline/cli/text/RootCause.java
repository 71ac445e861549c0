package dev.phaseline.cli.text;

/// Root cause of a throwable.
public final class RootCause {
  private RootCause() {}

  /// The message of the innermost cause, where the news is.
  public static String deepest(Throwable thrown) {
    var cause = thrown.getCause(); // Java refuses a throwable that is its own cause
    if (cause != null) return deepest(cause);
    var message = thrown.getMessage();
    return message == null ? thrown.getClass().getSimpleName() : message;
  }

  /// Whether it, or what is behind it, is one of these.
  public static boolean has(Throwable thrown, Class<? extends Throwable> type) {
    for (var at = thrown; at != null; at = at.getCause()) if (type.isInstance(at)) return true;
    return false;
  }
}
