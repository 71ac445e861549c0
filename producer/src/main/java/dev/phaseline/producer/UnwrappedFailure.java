package dev.phaseline.producer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Failure inside of wrapper exceptions, and its text. The methods of exceptions are their authors'
/// code: what they throw ends the look and nothing else. Thread-safe.
final class UnwrappedFailure {
  private static final int WRAPPERS_MAX = 20;
  private static final int WORDS_CHARS_MAX = 1_000;

  private UnwrappedFailure() {}

  /// The first exception, from outside, that is not a wrapper with a cause.
  static Throwable failureIn(Throwable thrown) {
    var failure = thrown;
    for (var i = 0; i < WRAPPERS_MAX && isWrapper(failure); i++) { // causes may go in circles
      var cause = causeOf(failure);
      if (cause == null) break;
      failure = cause;
    }
    return failure;
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || thrown instanceof UndeclaredThrowableException
        || thrown instanceof InvocationTargetException;
  }

  /// An exception's cause; null when there is none or it can't be had.
  static @Nullable Throwable causeOf(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (Throwable broken) { // it is somebody's own getCause
      return null;
    }
  }

  /// Message of an exception, or else its class.
  static String wordsOf(Throwable thrown) {
    try {
      var message = thrown.getMessage();
      if (message == null) return thrown.getClass().getSimpleName();
      return message.length() <= WORDS_CHARS_MAX
          ? message
          : message.substring(0, WORDS_CHARS_MAX) + "...";
    } catch (Throwable broken) { // it is somebody's own getMessage
      return thrown.getClass().getSimpleName();
    }
  }
}
