package dev.phaseline.core.engine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a failure said, as text of bounded length: nothing of the exception itself is kept, which
/// may hold on to anything.
///
/// @param error the exception's class, at most [#ERROR_CHARS_MAX]; null when nothing was thrown
/// @param message what it said and what its root cause said, at most [#MESSAGE_CHARS_MAX]
/// @param stack its first [#FRAMES_MAX] frames, each at most [#FRAME_CHARS_MAX]
public record Said(@Nullable String error, String message, List<String> stack) {
  /// Longer class names are cut.
  public static final int ERROR_CHARS_MAX = 200;

  /// Longer messages are cut.
  public static final int MESSAGE_CHARS_MAX = 500;

  /// More frames are left out.
  public static final int FRAMES_MAX = 5;

  /// Longer frames are cut.
  public static final int FRAME_CHARS_MAX = 200;

  private static final int CAUSES_MAX = 20;

  public Said {
    if (error != null) error = clip(error, ERROR_CHARS_MAX);
    message = clip(message, MESSAGE_CHARS_MAX);
    stack = List.copyOf(stack);
  }

  /// Without an exception.
  static Said of(String message) {
    return new Said(null, message, List.of());
  }

  /// What an exception says, however it is made.
  static Said of(Throwable thrown) {
    var message = messageOf(thrown);
    var root = rootCauseOf(thrown);
    if (root != null) {
      message += " (cause: " + root.getClass().getSimpleName() + ": " + messageOf(root) + ")";
    }
    var frames =
        Arrays.stream(thrown.getStackTrace())
            .limit(FRAMES_MAX)
            .map(frame -> clip(frame.toString(), FRAME_CHARS_MAX))
            .toList();
    return new Said(thrown.getClass().getName(), message, frames);
  }

  /// The exception's class without its package; empty when nothing was thrown.
  public String simpleError() {
    if (error == null) return "";
    return error.substring(Math.max(error.lastIndexOf('.'), error.lastIndexOf('$')) + 1);
  }

  private static @Nullable Throwable rootCauseOf(Throwable thrown) {
    var root = thrown.getCause();
    for (var i = 0; root != null && i < CAUSES_MAX; i++) { // bounded: causes may go in circles
      var cause = root.getCause();
      if (cause == null) return root;
      root = cause;
    }
    return root;
  }

  private static String messageOf(Throwable thrown) {
    try {
      return clip(String.valueOf(thrown.getMessage()), MESSAGE_CHARS_MAX);
    } catch (RuntimeException | StackOverflowError broken) {
      return "(its message can't be read: " + broken.getClass().getName() + ")";
    }
  }

  private static String clip(String text, int charsMax) {
    return text.length() <= charsMax ? text : text.substring(0, charsMax - 3) + "...";
  }
}
