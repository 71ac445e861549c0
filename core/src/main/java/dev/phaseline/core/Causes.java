package dev.phaseline.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// The exception inside of wrappers, and the classes of both. A [CompletionException],
/// [ExecutionException], [UndeclaredThrowableException] or [InvocationTargetException] only tells
/// by which way a failure came; rules are about the failure itself.
///
/// Whatever an exception's own methods do (throw, answer null, go in circles) ends the look and
/// nothing else. Without state, so thread-safe; called on the thread that met the exception,
/// because these methods are the user's code.
public final class Causes {
  /// More wrappers around a failure are not looked through.
  public static final int WRAPPERS_MAX = 20;

  private static final List<Class<? extends Throwable>> WRAPPERS =
      List.of(
          CompletionException.class,
          ExecutionException.class,
          UndeclaredThrowableException.class,
          InvocationTargetException.class);

  private Causes() {}

  /// The failure itself: the first exception, from outside, that is not a wrapper with a cause.
  public static Throwable unwrapped(Throwable thrown) {
    return chainOf(thrown).getLast();
  }

  /// The classes of the failure itself, first, and of the wrappers around it, from the inside out.
  public static List<Class<? extends Throwable>> classesOf(Throwable thrown) {
    var classes = new ArrayList<Class<? extends Throwable>>();
    for (var each : chainOf(thrown).reversed()) classes.add(each.getClass());
    return List.copyOf(classes);
  }

  /// Whether a rule for this class is about a wrapper and not about what is in it.
  static boolean isWrapper(Class<? extends Throwable> type) {
    for (var wrapper : WRAPPERS) if (wrapper.isAssignableFrom(type)) return true;
    return false;
  }

  private static List<Throwable> chainOf(Throwable thrown) {
    var chain = new ArrayList<Throwable>(2);
    chain.add(thrown);
    while (chain.size() <= WRAPPERS_MAX && isWrapper(chain.getLast().getClass())) {
      var cause = causeOf(chain.getLast());
      if (cause == null || isIn(chain, cause)) break;
      chain.add(cause);
    }
    return chain;
  }

  @SuppressWarnings("ReferenceEquality") // its equals is the user's code, too
  private static boolean isIn(List<Throwable> chain, Throwable thrown) {
    for (var each : chain) if (each == thrown) return true;
    return false;
  }

  /// An exception's cause; null when there is none or it can't be had.
  ///
  /// @throws OutOfMemoryError because that is never the exception's own failure
  public static @Nullable Throwable causeOf(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (OutOfMemoryError memory) {
      throw memory;
    } catch (Throwable broken) { // it is somebody's own getCause
      return null;
    }
  }
}
