package dev.phaseline.core.engine;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Single entry point into code that a pipeline's author wrote: handlers, codecs, key functions. It
/// may throw whatever it likes, errors and undeclared checked exceptions included; what comes out
/// of here is a value or a description of the failure, and never an exception. Thread-safe.
///
/// Running out of memory is the exception: it is the process's failure, nothing that follows could
/// be trusted, and so it goes on to whoever called. A stack that is too deep is the code's own.
public final class UserCode {
  private UserCode() {}

  /// The result of a call.
  ///
  /// @param <T> what was asked for
  public sealed interface Answer<T> {
    /// The call returned.
    ///
    /// @param <T> what was asked for
    /// @param value what it returned, which may be null whatever its author promised
    record Gave<T>(@Nullable T value) implements Answer<T> {}

    /// The call threw.
    ///
    /// @param <T> what was asked for
    /// @param thrown what it threw, as data
    record Threw<T>(Thrown thrown) implements Answer<T> {}
  }

  /// The answer of code that is not ours.
  ///
  /// @throws OutOfMemoryError and nothing else
  public static <T> Answer<T> call(Callable<? extends @Nullable T> code) {
    try {
      return new Answer.Gave<>(code.call());
    } catch (OutOfMemoryError memory) {
      throw memory;
    } catch (Throwable thrown) { // whatever it is, it is that code's failure alone
      return new Answer.Threw<>(Thrown.of(thrown));
    }
  }
}
