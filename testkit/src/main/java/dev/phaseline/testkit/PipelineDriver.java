package dev.phaseline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.Phase;
import dev.phaseline.core.Pipeline;
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

  /// An item and the topic that it was written to.
  private record Written(String phase, Item item) {}

  /// An item that ended in failure.
  private record Buried(DrivenPhase phase, Item item, DeadLetter letter) {}

  private final Pipeline pipeline;
  private final ManualClock clock;
  private final Topics topics;
  private final DoubleSupplier chance;
  private final Map<String, DrivenPhase> phases = new LinkedHashMap<>();
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
    var site = new Site();
    for (var phase : pipeline.phases()) {
      var setting = new PhaseProgram.Setting(phase.options().limits(), topics, clock);
      var program = VersionedProgram.of(pipeline, phase.name(), setting);
      phases.put(phase.name(), new DrivenPhase(phase, program, site));
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
    phase(phase).arrive(ItemHeaders.ofJob(jobId), version, null, value.clone());
  }

  private <I> void submit(Phase<I> first, Submission submission) {
    @SuppressWarnings("unchecked") // a payload of another type fails in the codec, at the caller's
    var payload = (I) submission.payload();
    var value = first.input().encode(topics.phase(first.name()), payload);
    var key = submission.key() == null ? null : submission.key().getBytes(UTF_8);
    phase(first.name()).arrive(headersOf(submission), submission.version(), key, value);
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
      for (var phase : phases.values()) attempts += phase.pass();
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
    phase(phase);
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
    for (var each : letters) each.phase().arrive(each.item());
  }

  /// A driver of another version of the pipeline, or of several together, that goes on with the
  /// items and dead letters of this one, on its clock, as servers do after an exchange of plug-ins.
  /// This one has none of them any more; what has ended stays here.
  ///
  /// @throws IllegalArgumentException when it has no phase for an item, nor a migration that moves
  ///   items of that phase
  public PipelineDriver under(Pipeline other) {
    var next = new PipelineDriver(other, clock, chance);
    for (var phase : phases.values()) {
      var items = phase.items();
      if (items.isEmpty()) continue;
      var its = next.phase(phase.name());
      for (var item : items) its.arrive(item);
    }
    for (var each : dead) {
      next.dead.add(new Buried(next.phase(each.phase().name()), each.item(), each.letter()));
    }
    next.cancelledJobs.addAll(cancelledJobs);
    dead.clear(); // only now: each has its place
    for (var phase : phases.values()) phase.clear();
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
    for (var phase : phases.values()) {
      for (var item : phase.items()) waiting.add(item.pending(phase.name()));
    }
    return waiting;
  }

  /// The number of attempts that a phase has started in all, those of items that are dead before
  /// their handler runs, and those of its compensation, among them. Calls of a failure handler are
  /// none.
  public long attempts(String phase) {
    return phase(phase).attempts();
  }

  private DrivenPhase phase(String name) {
    var phase = phases.get(pipeline.phase(name).name());
    if (phase == null) throw new IllegalStateException(name);
    return phase;
  }

  /// The earliest time at which something may run that may not run now.
  private Instant nextTime() {
    var now = clock.instant();
    return phases.values().stream()
        .flatMap(DrivenPhase::times)
        .filter(time -> time.isAfter(now))
        .min(Comparator.naturalOrder())
        .orElseThrow(() -> new IllegalStateException("pending, but nothing to wait for"));
  }

  /// The parts of the driver that its phases share.
  private final class Site implements DrivenPhase.Site {
    @Override
    public String pipeline() {
      return pipeline.name();
    }

    @Override
    public Instant now() {
      return clock.instant();
    }

    @Override
    public double chance() {
      return chance.getAsDouble();
    }

    @Override
    public boolean isCancelled(Item item) {
      return cancelledJobs.contains(item.jobId());
    }

    @Override
    public void cancelled(PendingItem item) {
      cancelled.add(item);
    }

    @Override
    public void dead(DrivenPhase phase, Item item, DeadLetter letter) {
      dead.add(new Buried(phase, item, letter));
    }

    @Override
    public boolean emit(String from, Item item, Emission made) {
      var target = made.phase();
      if (target == null) {
        end(from, item, made);
        return true;
      }
      var value = made.value();
      if (value == null) throw new IllegalStateException("nothing for " + target);
      var arrived = phase(target).arrive(made.headers(), made.version(), made.key(), value);
      if (made.isRekeyed()) return false;
      forwarded.add(new Written(target, arrived));
      return true;
    }
  }

  private void end(String phase, Item item, Emission made) {
    var cause = made.headers().saga().compensating();
    if (cause == null) {
      done.add(() -> new DoneItem(phase, item.jobId(), item.path(), item.attempt, result(made)));
    } else {
      compensated.add(CompensatedItem.of(item.jobId(), item.path(), cause));
    }
  }

  private ForwardedItem read(Written written) {
    var topic = topics.phase(written.phase());
    var value = phase(written.phase()).decode(topic, written.item());
    return written.item().forwarded(written.phase(), value);
  }

  private Optional<Object> result(Emission end) {
    var bytes = end.value();
    if (bytes == null) return Optional.empty();
    return versionOf(end.version()).result().map(codec -> codec.decode(topics.done(), bytes));
  }
}
