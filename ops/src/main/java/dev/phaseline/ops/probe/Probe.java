package dev.phaseline.ops.probe;

import java.util.Optional;
import java.util.function.Supplier;

/// Check of one condition of a process. Asked for every request, from any thread: it must answer
/// from what is known, without waiting for anybody.
///
/// @param name what is looked at, such as `phase cities.store`
/// @param scope what follows when it is wrong
/// @param trouble what is wrong, in words for an operator; empty when nothing is
public record Probe(String name, Scope scope, Supplier<Optional<String>> trouble) {

  /// Effect of a failed check.
  public enum Scope {
    /// Permanent: `/health` and `/ready` fail, and whoever runs the process should start another.
    ALIVE,
    /// Temporary: only `/ready` fails.
    READY,
    /// Stops nothing, but an operator should know: `/ready` shows it and does not fail.
    HINT
  }

  /// Something that ends the process's use when it is wrong.
  public static Probe alive(String name, Supplier<Optional<String>> trouble) {
    return new Probe(name, Scope.ALIVE, trouble);
  }

  /// Something that is shown while it is wrong, and holds nothing up.
  public static Probe hint(String name, Supplier<Optional<String>> trouble) {
    return new Probe(name, Scope.HINT, trouble);
  }

  /// Something that holds the process up while it is wrong.
  public static Probe ready(String name, Supplier<Optional<String>> trouble) {
    return new Probe(name, Scope.READY, trouble);
  }
}
