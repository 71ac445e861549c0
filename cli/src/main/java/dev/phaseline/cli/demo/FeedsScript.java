package dev.phaseline.cli.demo;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.ops.control.Control;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.ops.schedule.ScheduleView;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Course of the demo of feeds, from the first server to the audit:
///
/// | when | event |
/// |---|---|
/// | before the first instant | `server-a` (feeds, none of the archive) and `server-b` (everything) start |
/// | 10 s | `server-c` (everything) is added |
/// | in the middle, in an import of the archive | `server-b` is killed |
/// | half of the rest | `server-a` is drained |
/// | the last instant is past, jobs have ended | the audit |
///
/// Each event waits for the one before. One use, one thread.
final class FeedsScript {
  static final String A = "server-a";
  static final String B = "server-b";
  static final String C = "server-c";

  /// The placement of a server that runs both pipelines; the other pipelines of the examples have
  /// no topics here.
  private static final String EVERYTHING = "feeds.*:\nfeeds-archive.*:\n";

  /// The time that stands for an hour.
  private static final Duration HOUR = Duration.ofSeconds(1);

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration TELL = Duration.ofSeconds(6);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LEAD = Duration.ofSeconds(3);
  private static final Duration ADDED_AT = Duration.ofSeconds(10);

  /// So long after a daily job has begun.
  private static final Duration INTO_DAILY = Duration.ofSeconds(3);

  private final int days;
  private final FeedServers servers;
  private final Interrupt interrupt;
  private final Consumer<String> lines;
  private final List<String> killed = new ArrayList<>();
  private final long startNanos = System.nanoTime();

  FeedsScript(int days, FeedServers servers, Interrupt interrupt, Consumer<String> lines) {
    this.days = days;
    this.servers = servers;
    this.interrupt = interrupt;
    this.lines = lines;
  }

  /// Runs it.
  ///
  /// @param audit is taken at the end
  /// @return empty when Ctrl-C came first
  /// @throws CommandFailure when a server ends by itself, or something takes too long
  Optional<FeedsReport> run(
      ScheduleClient schedules, Control control, Author author, Supplier<FeedsAudit> audit)
      throws IOException, InterruptedException {
    try {
      var plan = start(schedules, control, author);
      var times = serversComeAndGo(schedules, control, author, plan);
      sleepUntil(plan.until(), schedules);
      say("the last instant is past; jobs go on to their ends");
      await("all jobs have ended", () -> schedules.list().stream().allMatch(FeedsScript::isOver));
      var found = audit.get();
      var rows = FeedsAudit.rows(rowFiles(), times.killed(), times.drained());
      var seconds = Duration.between(plan.from(), plan.until()).toSeconds();
      return Optional.of(found.report(seconds, rows, times.servers()));
    } catch (Stopped _) {
      return Optional.empty();
    }
  }

  /// Ctrl-C.
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super(null, null, false, false);
    }
  }

  /// Times of what happened to servers.
  private record Times(
      FeedsAudit.Departure killed, FeedsAudit.Departure drained, FeedsReport.Servers servers) {}

  private FeedSchedules start(ScheduleClient schedules, Control control, Author author)
      throws IOException, InterruptedException {
    // As it was left by an earlier run.
    if (isHeldBefore(control)) {
      var _ = control.resume(new ControlScope.OfServer(A), author);
    }
    servers.start(A, "feeds.*: {concurrency: 8}");
    say(A + " starts: feeds, 8 at once in each phase");
    servers.start(B, EVERYTHING + "feeds.import: {concurrency: 4}\n");
    say(B + " starts: everything, 4 imports at once in each pipeline");
    await("schedulers run", schedules::isServed);
    await("both servers have partitions", this::bothWork);
    var from = Instant.now().plus(LEAD).truncatedTo(ChronoUnit.SECONDS);
    var plan = new FeedSchedules(from, HOUR, days);
    for (var id : plan.specs().sequencedKeySet()) removeEarlier(schedules, id, author);
    var _ = schedules.putAll(plan.specs(), author);
    say("schedules are put: an hour is a second, " + days + " days from " + from);
    return plan;
  }

  private boolean bothWork() {
    return servers.partitions(A) > 0 && servers.partitions(B) > 0;
  }

  private static boolean isHeldBefore(Control control) {
    return control.settings().containsKey(new ControlScope.OfServer(A));
  }

  /// A schedule that is made anew has the next generation, so its jobs have other ids.
  private static void removeEarlier(ScheduleClient schedules, String id, Author author) {
    if (schedules.list().stream().anyMatch(view -> view.id().equals(id))) {
      var _ = schedules.remove(id, author);
    }
  }

  private Times serversComeAndGo(
      ScheduleClient schedules, Control control, Author author, FeedSchedules plan)
      throws IOException, InterruptedException {
    sleepUntil(plan.from().plus(ADDED_AT), schedules);
    var all = servers.partitionsWithout(List.of());
    say(C + " is added: everything");
    servers.start(C, EVERYTHING);
    var joined = await(C + " has a share", () -> servers.partitions(C) > 0);

    sleepUntil(plan.daily(days / 2).plus(INTO_DAILY), schedules);
    var killedAt = Instant.now();
    killed.add(B);
    say(B + " is killed, SIGKILL to process " + servers.kill(B));
    var takenOver =
        await("others have its partitions", () -> servers.partitionsWithout(killed) >= all);

    var rest = Duration.between(Instant.now(), plan.until());
    if (rest.isPositive()) sleepUntil(Instant.now().plus(rest.dividedBy(2)), schedules);
    var drainedAt = Instant.now();
    say(A + " is drained");
    var _ = control.drain(new ControlScope.OfServer(A), author);
    var drained =
        await(
            C + " has all partitions", () -> servers.isDrained(A) && servers.partitions(C) >= all);
    return new Times(
        new FeedsAudit.Departure(B, killedAt),
        new FeedsAudit.Departure(A, drainedAt),
        new FeedsReport.Servers(joined.toMillis(), takenOver.toMillis(), drained.toMillis()));
  }

  private Map<String, Path> rowFiles() {
    var files = new LinkedHashMap<String, Path>();
    for (var name : servers.names()) files.put(name, servers.rows(name));
    return files;
  }

  /// Whether a schedule is past its last instant and its jobs have ended.
  static boolean isOver(ScheduleView view) {
    var status = view.status();
    return view.isCurrent()
        && status != null
        && status.now().next() == null
        && status.counts().running() == 0
        && status.counts().waiting() == 0;
  }

  /// A condition of the cluster.
  private interface Condition {
    boolean holds();
  }

  /// Waits for it, and says that it holds.
  ///
  /// @return how long that took
  /// @throws CommandFailure when it takes too long
  private Duration await(String what, Condition condition) throws InterruptedException {
    var start = System.nanoTime();
    while (!condition.holds()) {
      var waited = Duration.ofNanos(System.nanoTime() - start);
      if (waited.compareTo(PATIENCE) > 0) {
        throw CommandFailure.of(
            "not within %d s: %s; the servers' output is beside their files in the data folder"
                .formatted(PATIENCE.toSeconds(), what));
      }
      pause(LOOK);
    }
    say(what);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void sleepUntil(Instant time, ScheduleClient schedules) throws InterruptedException {
    while (true) {
      var left = Duration.between(Instant.now(), time);
      if (!left.isPositive()) return;
      pause(left.compareTo(TELL) < 0 ? left : TELL);
      if (left.compareTo(TELL) >= 0) progress(schedules);
    }
  }

  private void pause(Duration time) throws InterruptedException {
    if (interrupt.await(time)) throw new Stopped();
    servers.look(killed);
  }

  private void progress(ScheduleClient schedules) {
    var text = new StringBuilder();
    for (var view : schedules.list()) {
      var status = view.status();
      if (status == null || !view.isCurrent()) continue;
      if (!text.isEmpty()) text.append(", ");
      text.append(view.id()).append(' ').append(status.counts().runs());
    }
    say("runs: " + (text.isEmpty() ? "none yet" : text));
  }

  private void say(String what) {
    var seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
    lines.accept(String.format(Locale.ROOT, "%4d s  %s", seconds, what));
  }
}
