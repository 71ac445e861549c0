package dev.phaseline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.Ordering;
import dev.phaseline.core.Phase;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy.Verdict;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.LastFailure;
import dev.phaseline.core.engine.RetryRules;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.core.run.Decision;
import dev.phaseline.core.run.PhaseProgram;
import dev.phaseline.core.run.Topics;
import dev.phaseline.core.run.VersionedProgram;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs a pipeline in memory for a test: no broker, no threads, no waiting. Time moves when the
/// test says so.
///
/// ```java
/// var driver = PipelineDriver.of(hello);
/// driver.submit("job-1", "Ada");
/// driver.runUntilIdle();
/// assertThat(driver.done()).extracting(DoneItem::result).containsExactly(Optional.of("HELLO, ADA"));
/// ```
///
/// Payloads and results go through the pipeline's codecs, as on a broker, so a value that can't be
/// encoded shows. Retry policy, `RetryAfter`, `Suspend`, fan-out, `To`, failure handlers,
/// compensation, limits, deadlines and key order are those of the worker. Handlers run on the
/// caller's thread, one at a time, in the order in which items came, so some things can't be tried
/// here: a handler's timeout, handlers that overlap, what is taken for an outage, and what topics
/// and brokers refuse.
///
/// Not thread-safe: one thread, the test's.
public final class PipelineDriver {
  /// More attempts than this in one [#runUntilIdle()] means that the pipeline goes round in
  /// circles.
  public static final int ATTEMPTS_MAX = 5_000_000;

  /// Longer waits are cut to a century, as in the worker.
  private static final Duration WAIT_MAX = Duration.ofDays(36_500);

  /// One phase's topic, in order, and whether the phase holds still.
  private static final class Queue {
    final Phase<?> phase;
    final VersionedProgram program;
    final RetryRules rules;
    List<Item> items = new ArrayList<>();
    List<Item> arrived = new ArrayList<>();
    Instant heldUntil = Instant.MIN;
    long attempts;
    long offset; // of the next one

    Queue(Phase<?> phase, VersionedProgram program) {
      this.phase = phase;
      this.program = program;
      this.rules = RetryRules.of(phase.options());
    }

    String name() {
      return phase.name();
    }
  }

  /// An item and the topic that it was written to.
  private record Written(String phase, Item item) {}

  /// An item that ended in failure.
  private record Buried(Queue queue, Item item, DeadLetter letter) {}

  private final Pipeline pipeline;
  private final ManualClock clock;
  private final Topics topics;
  private final DoubleSupplier chance;
  private final Map<String, Queue> queues = new LinkedHashMap<>();
  private final List<Written> forwarded = new ArrayList<>();
  private final List<Supplier<DoneItem>> done = new ArrayList<>();
  private final List<Buried> dead = new ArrayList<>();
  private final Set<String> cancelledJobs = new HashSet<>();
  private final List<PendingItem> cancelled = new ArrayList<>();
  private final List<CompensatedItem> compensated = new ArrayList<>();

  private PipelineDriver(Pipeline pipeline, ManualClock clock, DoubleSupplier jitter) {
    this.pipeline = pipeline;
    this.clock = clock;
    this.topics = new TestTopics(pipeline.name());
    this.chance = jitter;
    for (var phase : pipeline.phases()) {
      var setting = new PhaseProgram.Setting(phase.options().limits(), topics, clock);
      var program = VersionedProgram.of(pipeline, phase.name(), setting);
      queues.put(phase.name(), new Queue(phase, program));
    }
  }

  /// A driver whose clock starts at the beginning of 2026 and whose backoffs have no luck in them:
  /// each is three quarters of its ceiling.
  public static PipelineDriver of(Pipeline pipeline) {
    return of(pipeline, ManualClock.at("2026-01-01T00:00:00Z"));
  }

  /// A driver on a clock that others can look at, too.
  public static PipelineDriver of(Pipeline pipeline, ManualClock clock) {
    return of(pipeline, clock, () -> 0.5);
  }

  /// A driver that rolls its jitter: `new Random(seed)::nextDouble`, say.
  ///
  /// @param jitter in [0, 1)
  public static PipelineDriver of(Pipeline pipeline, ManualClock clock, DoubleSupplier jitter) {
    return new PipelineDriver(pipeline, clock, jitter);
  }

  /// Submits a job without an ordering key of its own.
  public void submit(String jobId, Object payload) {
    submit(Submission.of(jobId, payload));
  }

  /// Submits a job with an ordering key.
  public void submit(String jobId, String key, Object payload) {
    submit(Submission.of(jobId, payload).withKey(key));
  }

  /// Submits a job. As with a job client, a payload that can't be encoded is the caller's failure.
  /// When the first phase takes its key from the payload, that is the item's, whatever key is given
  /// here.
  ///
  /// @throws RuntimeException what the first phase's codec throws
  public void submit(Submission job) {
    submit(versionOf(job.version()).first(), job);
  }

  private Pipeline versionOf(int version) {
    return pipeline.versions().stream()
        .filter(one -> one.version() == version)
        .findFirst()
        .orElse(pipeline);
  }

  /// Puts bytes into the first phase's topic as they are, as a foreign producer might.
  public void submitBytes(String jobId, byte[] value) {
    submitBytes(jobId, pipeline.first().name(), value, ItemVersion.UNNAMED);
  }

  /// Puts bytes into a phase's topic as they are, as another version of the pipeline wrote them.
  ///
  /// @param version of the pipeline; 0 for none, which means the newest
  /// @throws IllegalArgumentException when there is no such phase
  public void submitBytes(String jobId, String phase, byte[] value, int version) {
    arrive(queue(phase), ItemHeaders.ofJob(jobId), version, null, value.clone());
  }

  private <I> void submit(Phase<I> first, Submission submission) {
    @SuppressWarnings("unchecked") // a payload of another type fails in the codec, at the caller's
    var payload = (I) submission.payload();
    var value = first.input().encode(topics.phase(first.name()), payload);
    var key = submission.key() == null ? null : submission.key().getBytes(UTF_8);
    arrive(queue(first.name()), headersOf(submission), submission.version(), key, value);
  }

  /// As a job client writes them.
  private ItemHeaders headersOf(Submission job) {
    var tags = job.tags().isEmpty() ? null : ItemHeaders.encodeTags(job.tags());
    var facts =
        ItemHeaders.JobFacts.NONE
            .withDeadline(job.deadline())
            .withSubmitted(clock.instant())
            .withTags(tags);
    return ItemHeaders.ofJob(job.jobId()).withJob(facts);
  }

  private Item arrive(
      Queue queue, ItemHeaders headers, int version, byte @Nullable [] key, byte[] value) {
    var item = new Item(headers, version, key, value, queue.offset++, clock.instant());
    queue.arrived.add(item);
    return item;
  }

  /// The same item, with its first attempt before it.
  private void arrive(Queue queue, Item again) {
    arrive(queue, again.headers, again.version, again.key, again.value);
  }

  /// Cancels a job, as an operator does: its items that have not ended, and those that come, end as
  /// cancelled the next time the driver runs, without being handled.
  public void cancel(String jobId) {
    cancelledJobs.add(jobId);
  }

  /// Runs everything that may run now. Items that wait for a later time stay [#pending()].
  ///
  /// @throws IllegalStateException after [#ATTEMPTS_MAX] attempts
  public void runUntilIdle() {
    var attempts = 0L;
    for (var before = -1L; before != attempts; ) {
      before = attempts;
      for (var queue : queues.values()) attempts += pass(queue);
      if (attempts > ATTEMPTS_MAX) {
        throw new IllegalStateException(
            "no end after "
                + attempts
                + " attempts: does '"
                + pipeline.name()
                + "' go in circles?");
      }
    }
  }

  /// Moves the clock on and runs everything that may run then.
  public void advance(Duration by) {
    clock.advance(by);
    runUntilIdle();
  }

  /// Moves the clock on to whatever comes next, again and again, until nothing is pending.
  ///
  /// @param atMost how far the clock may go in all
  /// @throws IllegalStateException when something is still pending then
  public void runToTheEnd(Duration atMost) {
    var end = clock.instant().plus(atMost);
    runUntilIdle();
    while (!pending().isEmpty()) {
      var next = nextTime();
      if (next.isAfter(end)) {
        throw new IllegalStateException("after " + atMost + " there is still " + pending());
      }
      clock.advance(Duration.between(clock.instant(), next));
      runUntilIdle();
    }
  }

  /// The clock.
  public ManualClock clock() {
    return clock;
  }

  /// The items handed from one phase to another, in order.
  ///
  /// @throws RuntimeException what the phase's codec throws, if it can't read what it wrote
  public List<ForwardedItem> forwarded() {
    return forwarded.stream().map(this::read).toList();
  }

  /// The items handed to one phase, in order.
  ///
  /// @throws RuntimeException what the phase's codec throws, if it can't read what it wrote
  public List<ForwardedItem> forwarded(String phase) {
    queue(phase);
    return forwarded.stream().filter(one -> one.phase().equals(phase)).map(this::read).toList();
  }

  /// The items that ended well, in order. A fan-out's parent is not one of them: it became its
  /// children.
  ///
  /// @throws RuntimeException what the result codec throws, if it can't read what it wrote
  public List<DoneItem> done() {
    return done.stream().map(Supplier::get).toList();
  }

  /// The items that ended in failure, in order.
  public List<DeadLetter> dead() {
    return dead.stream().map(Buried::letter).toList();
  }

  /// Sends all dead letters back to their phases, as a redrive by an operator does: each is the
  /// same item again, with its first attempt before it. [#dead()] is empty then.
  public void redrive() {
    var letters = List.copyOf(dead);
    dead.clear();
    for (var each : letters) arrive(each.queue(), each.item());
  }

  /// A driver of another version of the pipeline, or of several together, that goes on with the
  /// items and dead letters of this one, on its clock, as servers do after an exchange of plug-ins.
  /// This one has none of them any more; what has ended stays here.
  ///
  /// @throws IllegalArgumentException when it has no phase for an item, nor a migration that moves
  ///   items of that phase
  public PipelineDriver under(Pipeline other) {
    var next = new PipelineDriver(other, clock, chance);
    for (var queue : queues.values()) {
      if (queue.items.isEmpty() && queue.arrived.isEmpty()) continue;
      var its = next.queue(queue.name());
      for (var item : queue.items) next.arrive(its, item);
      for (var item : queue.arrived) next.arrive(its, item);
    }
    for (var each : dead) {
      next.dead.add(new Buried(next.queue(each.queue().name()), each.item(), each.letter()));
    }
    next.cancelledJobs.addAll(cancelledJobs);
    dead.clear(); // only now: each has its place
    for (var queue : queues.values()) {
      queue.items.clear();
      queue.arrived.clear();
    }
    return next;
  }

  /// The items that ended because their job was cancelled, as they waited, in order.
  public List<PendingItem> cancelled() {
    return List.copyOf(cancelled);
  }

  /// The items that ended because all that they had done was undone, in order.
  public List<CompensatedItem> compensated() {
    return List.copyOf(compensated);
  }

  /// The items that have not ended, by phase and in order.
  public List<PendingItem> pending() {
    var waiting = new ArrayList<PendingItem>();
    for (var queue : queues.values()) {
      for (var item : queue.items) waiting.add(item.pending(queue.name()));
      for (var item : queue.arrived) waiting.add(item.pending(queue.name()));
    }
    return waiting;
  }

  /// The number of attempts that a phase has started in all, those of items that are dead before
  /// their handler runs, and those of its compensation, among them. Calls of a failure handler are
  /// none.
  public long attempts(String phase) {
    return queue(phase).attempts;
  }

  private Queue queue(String phase) {
    var queue = queues.get(pipeline.phase(phase).name());
    if (queue == null) throw new IllegalStateException(phase);
    return queue;
  }

  /// The earliest time at which something may run that may not run now.
  private Instant nextTime() {
    var now = clock.instant();
    return queues.values().stream()
        .flatMap(queue -> queue.items.stream().map(item -> later(item.notBefore, queue.heldUntil)))
        .filter(time -> time.isAfter(now))
        .min(Comparator.naturalOrder())
        .orElseThrow(() -> new IllegalStateException("pending, but nothing to wait for"));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /// Goes through one phase's topic once.
  ///
  /// @return how many items it has tried
  private long pass(Queue queue) {
    queue.items.addAll(queue.arrived);
    queue.arrived = new ArrayList<>();
    var tried = 0L;
    var blocked = new HashSet<String>();
    var left = new ArrayList<Item>();
    for (var item : queue.items) {
      if (cancelledJobs.contains(item.jobId())) {
        cancelled.add(item.pending(queue.name()));
        continue;
      }
      var now = clock.instant();
      var lane = lane(queue.phase.options().ordering(), item);
      var mayRun =
          !now.isBefore(queue.heldUntil)
              && !now.isBefore(item.notBefore)
              && (lane.isEmpty() || !blocked.contains(lane.get()));
      if (mayRun) {
        tried++;
        if (!run(queue, item)) continue;
        if (now.isBefore(queue.heldUntil)) {
          left.addFirst(item); // it is tried first when the phase comes back
          lane.ifPresent(blocked::add);
          continue;
        }
      }
      left.add(item);
      if (item.holdsKey) lane.ifPresent(blocked::add);
    }
    queue.items = left;
    return tried;
  }

  /// The order group of an item; empty when it waits for no other.
  private static Optional<String> lane(Ordering ordering, Item item) {
    return switch (ordering) {
      case KEY -> item.keyText();
      case UNORDERED -> Optional.empty();
      case PARTITION -> Optional.of("");
    };
  }

  /// Runs an attempt and performs what follows.
  ///
  /// @return whether the item stays in this phase
  private boolean run(Queue queue, Item item) {
    var attempt = attempt(queue, item);
    var asked = item.lastFailure;
    if (asked != null) return perform(queue, item, queue.program.decide(attempt, asked, attempt));
    queue.attempts++;
    return perform(queue, item, queue.program.run(attempt, attempt));
  }

  private ItemAttempt attempt(Queue queue, Item item) {
    var bare = item.context(pipeline.name(), queue.name());
    var known = new ItemAttempt(item, queue.name(), bare);
    var context = bare.withOutcomes(() -> queue.program.outcomes(known));
    return new ItemAttempt(item, queue.name(), context);
  }

  private boolean perform(Queue queue, Item item, Decision<Emission> decision) {
    var now = clock.instant();
    return switch (decision) {
      case Decision.Emit<Emission>(var emissions, _) -> {
        for (var each : emissions) emit(queue, item, each);
        yield false;
      }
      case Decision.Bury<Emission>(var kind, var reason) ->
          bury(queue, item, new LastFailure(kind, reason, false));
      case Decision.Fail<Emission>(var thrown) ->
          follow(
              queue, item, threw(queue, item, thrown), Failure.threw(item.attempt, thrown, 0, 0));
      case Decision.Retry<Emission>(var delay, var reason) ->
          follow(
              queue,
              item,
              queue.rules.asked(item.attempt, delay, reason),
              Failure.asked(item.attempt, reason, 0, 0));
      case Decision.Suspend<Emission>(var delay, _) -> hold(queue, delay, now);
      case Decision.Leave<Emission>(_, var reason) -> leave(queue, item, reason, now);
    };
  }

  private Verdict threw(Queue queue, Item item, Thrown thrown) {
    return queue.rules.threw(item.attempt, thrown, chance.getAsDouble());
  }

  /// Performs what follows a failed attempt. One that suspends does not count.
  private boolean follow(Queue queue, Item item, Verdict verdict, Failure failure) {
    var now = clock.instant();
    if (verdict instanceof Verdict.SuspendFor(var delay)) return hold(queue, delay, now);
    if (item.firstStart == null) item.firstStart = now;
    item.remember(failure);
    var deadline = item.deadline();
    var situation =
        new RetryRules.Situation(
            lane(queue.phase.options().ordering(), item).isPresent(),
            Duration.between(item.firstStart, now),
            deadline == null ? null : Duration.between(now, deadline));
    return switch (queue.rules.next(verdict, failure.kind(), situation)) {
      case RetryRules.Next.Bury(var kind, var why) ->
          bury(queue, item, new LastFailure(kind.dead(), failure.reason(why), true));
      case RetryRules.Next.Suspend(var delay) -> hold(queue, delay, now);
      case RetryRules.Next.Again(var delay, var order) -> {
        item.attempt++;
        item.holdsKey = order != RetryRules.Order.GIVEN_UP;
        item.notBefore = now.plus(delay.compareTo(WAIT_MAX) < 0 ? delay : WAIT_MAX);
        yield true;
      }
    };
  }

  /// No other process will come: what waits for one is shown as pending, for as long as it may.
  private boolean leave(Queue queue, Item item, String reason, Instant now) {
    queue.attempts--; // no handler was called
    if (item.leftSince == null) item.leftSince = now;
    return switch (RetryRules.leftToOthers(Duration.between(item.leftSince, now), reason)) {
      case RetryRules.Next.Bury(var kind, var why) ->
          bury(queue, item, new LastFailure(kind.dead(), why, true));
      case RetryRules.Next.Suspend(var delay) -> hold(queue, delay, now);
      case RetryRules.Next.Again(var delay, _) -> {
        item.notBefore = now.plus(delay);
        yield true;
      }
    };
  }

  /// The item is dead, unless its failure handler decides otherwise.
  private boolean bury(Queue queue, Item item, LastFailure why) {
    if (item.lastFailure == null && queue.program.decidesFailures(attempt(queue, item))) {
      item.lastFailure = why;
      return run(queue, item);
    }
    dead.add(new Buried(queue, item, item.dead(queue.name(), why.kind(), why.reason())));
    return false;
  }

  private static boolean hold(Queue queue, Duration delay, Instant now) {
    queue.heldUntil = now.plus(delay.compareTo(WAIT_MAX) < 0 ? delay : WAIT_MAX);
    return true;
  }

  /// Emits a record: its target tells what it is.
  private void emit(Queue from, Item item, Emission made) {
    var value = made.value();
    if (made.phase() == null) {
      var cause = made.headers().saga().compensating();
      if (cause != null) {
        compensated.add(CompensatedItem.of(item.jobId(), item.path(), cause));
        return;
      }
      done.add(
          () -> new DoneItem(from.name(), item.jobId(), item.path(), item.attempt, result(made)));
      return;
    }
    if (value == null) throw new IllegalStateException("nothing for " + made.phase());
    var arrived = arrive(queue(made.phase()), made.headers(), made.version(), made.key(), value);
    if (made.isRekeyed()) from.attempts--; // it was not tried yet
    else forwarded.add(new Written(made.phase(), arrived));
  }

  private ForwardedItem read(Written written) {
    var topic = topics.phase(written.phase());
    var value = queue(written.phase()).phase.input().decode(topic, written.item().value);
    return written.item().forwarded(written.phase(), value);
  }

  private Optional<Object> result(Emission end) {
    var bytes = end.value();
    if (bytes == null) return Optional.empty();
    return versionOf(end.version()).result().map(codec -> codec.decode(topics.done(), bytes));
  }
}
