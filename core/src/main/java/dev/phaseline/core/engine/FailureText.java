package dev.phaseline.core.engine;

import dev.phaseline.core.Causes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Text of a failure, of bounded length: nothing of the exception itself is kept, which may hold on
/// to anything. Immutable.
///
/// @param error the exception's class, at most [#ERROR_CHARS_MAX]; null when nothing was thrown
/// @param message what it said and what its root cause said, at most [#MESSAGE_CHARS_MAX]
/// @param stack its first [#FRAMES_MAX] frames, each at most [#FRAME_CHARS_MAX]
public record FailureText(@Nullable String error, String message, List<String> stack) {
  /// Longer class names are cut.
  public static final int ERROR_CHARS_MAX = 200;

  /// Longer messages are cut.
  public static final int MESSAGE_CHARS_MAX = 500;

  /// More frames are left out.
  public static final int FRAMES_MAX = 5;

  /// Longer frames are cut.
  public static final int FRAME_CHARS_MAX = 200;

  private static final int CAUSES_MAX = 20;

  public FailureText {
    if (error != null) error = clip(error, ERROR_CHARS_MAX);
    message = clip(message, MESSAGE_CHARS_MAX);
    stack = List.copyOf(stack);
  }

  /// Words alone, without an exception.
  static FailureText of(String message) {
    return new FailureText(null, message, List.of());
  }

  /// The words of an exception, however it is made: what can't be had of it is left out or said to
  /// be so. Called on the thread that met the exception.
  static FailureText of(Throwable thrown) {
    var message = messageOf(thrown);
    var root = rootCauseOf(thrown);
    if (root != null) {
      message += " (cause: " + root.getClass().getSimpleName() + ": " + messageOf(root) + ")";
    }
    return new FailureText(thrown.getClass().getName(), message, framesOf(thrown));
  }

  /// The exception's class without its package; empty when nothing was thrown.
  public String simpleError() {
    if (error == null) return "";
    return error.substring(Math.max(error.lastIndexOf('.'), error.lastIndexOf('$')) + 1);
  }

  private static @Nullable Throwable rootCauseOf(Throwable thrown) {
    var root = Causes.causeOf(thrown);
    for (var i = 0; root != null && i < CAUSES_MAX; i++) { // bounded: causes may go in circles
      var cause = Causes.causeOf(root);
      if (cause == null) return root;
      root = cause;
    }
    return root;
  }

  /// The message of an exception itself, at most [#MESSAGE_CHARS_MAX].
  static String messageOf(Throwable thrown) {
    try {
      return clip(String.valueOf(thrown.getMessage()), MESSAGE_CHARS_MAX);
    } catch (OutOfMemoryError memory) {
      throw memory;
    } catch (Throwable broken) { // it is somebody's own getMessage
      return "(its message can't be read: " + broken.getClass().getName() + ")";
    }
  }

  private static List<String> framesOf(Throwable thrown) {
    try {
      var frames = new ArrayList<String>(FRAMES_MAX);
      for (var frame : thrown.getStackTrace()) {
        if (frames.size() == FRAMES_MAX) break;
        frames.add(clip(String.valueOf(frame), FRAME_CHARS_MAX));
      }
      return frames;
    } catch (OutOfMemoryError memory) {
      throw memory;
    } catch (Throwable broken) { // it is somebody's own getStackTrace
      return List.of();
    }
  }

  /// A cut never leaves half a character behind, which no encoding has.
  private static String clip(String text, int charsMax) {
    if (text.length() <= charsMax) return text;
    var end = charsMax - 3;
    if (Character.isHighSurrogate(text.charAt(end - 1))) end--;
    return text.substring(0, end) + "...";
  }
}
