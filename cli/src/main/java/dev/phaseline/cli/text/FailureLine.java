package dev.phaseline.cli.text;

/// Makes one line of a throwable.
public final class FailureLine {
  private FailureLine() {}

  /// One line for an operator: an exception of ours speaks for itself, one of somebody else's is
  /// named, because messages like `null` or `/x` say nothing alone.
  public static String of(Throwable thrown) {
    if (thrown instanceof CommandFailure failure) return String.valueOf(failure.getMessage());
    var message = thrown.getMessage();
    var text = message == null || message.isBlank() ? "" : message.replaceAll("\\s*\\R\\s*", " ");
    if (!text.isEmpty() && thrown.getClass().getName().startsWith("dev.phaseline.")) return text;
    var name = thrown.getClass().getSimpleName();
    return (text.isEmpty() ? name : name + ": " + text) + " (add --verbose for where it came from)";
  }
}
