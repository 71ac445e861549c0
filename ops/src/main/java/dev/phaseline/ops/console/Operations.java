package dev.phaseline.ops.console;

import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.ProgressListener;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Work that takes longer than a request: it runs on, and can be looked at and stopped. Remembers
/// the last 200, in memory; what they did is in the log. At most 20 run at once. Thread-safe.
final class Operations implements AutoCloseable {
  private static final int KEPT_MAX = 200;
  private static final int RUNNING_MAX = 20;

  private final InstantSource clock;
  private final Map<String, Operation> operations = new LinkedHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Operations(InstantSource clock) {
    this.clock = clock;
  }

  /// One of them. Thread-safe.
  static final class Operation implements ProgressListener {
    private final String id = UUID.randomUUID().toString();
    private final String what;
    private final String pipeline;
    private final String by;
    private final Instant began;
    private volatile boolean stop;
    private String step = "starting";
    private long done;
    private long of;
    private LetterJson.@Nullable Redriven report;
    private @Nullable Problem problem;

    private Operation(String what, String pipeline, String by, Instant began) {
      this.what = what;
      this.pipeline = pipeline;
      this.by = by;
      this.began = began;
    }

    String id() {
      return id;
    }

    @Override
    public synchronized void at(String now, long finished, long all) {
      step = now;
      done = finished;
      of = all;
    }

    @Override
    public boolean stopRequested() {
      return stop;
    }

    void stop() {
      stop = true;
    }

    private synchronized void end(LetterJson.Redriven result) {
      report = result;
    }

    private synchronized void fail(Problem why) {
      problem = why;
    }

    synchronized boolean isRunning() {
      return report == null && problem == null;
    }

    synchronized OperationJson json() {
      return new OperationJson(
          id,
          what,
          pipeline,
          by,
          began.toString(),
          isRunning() ? "running" : problem == null ? "ended" : "failed",
          step,
          done,
          of,
          report,
          problem == null ? null : problem.members());
    }
  }

  /// Begins one.
  ///
  /// @param work does it and reports; its exceptions become the operation's problem
  Operation begin(
      String what,
      String pipeline,
      String by,
      Function<ProgressListener, LetterJson.Redriven> work) {
    var operation = new Operation(what, pipeline, by, clock.instant());
    keep(operation);
    threads.execute(() -> run(operation, work));
    return operation;
  }

  private static void run(
      Operation operation, Function<ProgressListener, LetterJson.Redriven> work) {
    try {
      operation.end(work.apply(operation));
    } catch (RuntimeException failed) {
      operation.fail(
          ExceptionProblems.of(failed)
              .orElseGet(
                  () ->
                      Problem.of(
                          500,
                          "internal",
                          "The console has an error",
                          failed.getClass().getSimpleName() + ": " + failed.getMessage(),
                          "look at the letters' states: the log has what was done")));
    }
  }

  private synchronized void keep(Operation operation) {
    var running = operations.values().stream().filter(Operation::isRunning).count();
    if (running >= RUNNING_MAX) {
      throw Problem.of(
          429,
          "too-many-operations",
          "Too much is being done at once",
          RUNNING_MAX + " operations run",
          "wait for one to end, or stop one");
    }
    operations.put(operation.id(), operation);
    var old = operations.values().iterator();
    while (operations.size() > KEPT_MAX && old.hasNext()) {
      if (!old.next().isRunning()) old.remove();
    }
  }

  synchronized List<Operation> all() {
    return List.copyOf(operations.values()).reversed();
  }

  synchronized Optional<Operation> find(String id) {
    return Optional.ofNullable(operations.get(id));
  }

  /// Asks all to stop, and waits for them: what was queued is taken back before the process ends.
  @Override
  public void close() {
    all().forEach(Operation::stop);
    threads.close();
  }
}
