package dev.phaseline.streams;

import java.util.ArrayList;
import java.util.List;

/// Causal chain of an exception, outermost first. Bounded, because a chain may be a circle.
final class CausalChain {
  private static final int DEPTH_MAX = 50;

  private CausalChain() {}

  static List<Throwable> of(Throwable thrown) {
    var chain = new ArrayList<Throwable>();
    for (var cause = thrown; cause != null && chain.size() < DEPTH_MAX; cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }

  static Throwable innermost(Throwable thrown) {
    return of(thrown).getLast();
  }
}
