package dev.phaseline.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Failure of a worker to start or go on: for the operator, each problem with its remedy.
public final class WorkerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public WorkerException(List<String> problems, @Nullable Throwable cause) {
    super(String.join("; ", problems), cause);
    this.problems = List.copyOf(problems);
  }

  public WorkerException(String problem, @Nullable Throwable cause) {
    this(List.of(problem), cause);
  }

  /// Problems, one line each.
  public List<String> problems() {
    return problems;
  }
}
