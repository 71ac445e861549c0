package dev.phaseline.testkit.sim;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.FailureOptions.AfterInPlace;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.Progress;
import dev.phaseline.core.engine.Quarantine;
import dev.phaseline.core.engine.Thrown;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// The truth of a history: what is committed, what has run. Tells the guarantees.
final class Books {
  private final SimTopic topic;
  private final boolean[][] settled;
  private final Progress[] committed;
  private final List<Guarantee> guarantees;
  private final World world;
  private final Scenario scenario;
  private final Evidence evidence;
  private long runs;
  private int settledCount;
  private int commits;

  Books(SimTopic topic, Scenario scenario, World world, SimControl control, Switches switches) {
    this.world = world;
    this.scenario = scenario;
    this.evidence = new Evidence(scenario.settings().options());
    this.topic = topic;
    this.settled = new boolean[topic.partitions()][];
    this.committed = new Progress[topic.partitions()];
    for (var p = 0; p < settled.length; p++) {
      settled[p] = new boolean[topic.of(p).size()];
      committed[p] = Progress.startingAt(0);
    }
    guarantees =
        List.of(
            new EachItemOnce(this),
            new FrontierForward(this),
            new OwnPartitionsOnly(),
            new KnownFateFirst(),
            new ResultsKept(),
            new AttemptsNumbered(this, scenario, switches),
            new SignsOfLife(world, scenario),
            new RetriesWait(this, scenario, switches),
            new PoisonAlone(this, scenario),
            new KeyOrder(scenario),
            new Bounds(this, scenario),
            new Obedience(control));
  }

  SimTopic topic() {
    return topic;
  }

  void tell(Consumer<Guarantee> news) {
    for (var guarantee : guarantees) news.accept(guarantee);
  }

  void delivered(Tenure.Course course) {
    if (course.tenure.inherited.isComplete(course.item.offset())) return; // nothing to do with it
    course.held = true;
    course.since = world.now();
    tell(guarantee -> guarantee.delivered(course));
  }

  Tenure.Run started(Tenure.Course course, Attempt attempt) {
    var run = new Tenure.Run(runs++, course, attempt);
    run.startedAt = world.clock();
    run.signedAt = run.startedAt;
    tell(guarantee -> guarantee.started(run));
    course.active = run;
    if (run.isOfFailureHandler()) course.isAsked = true;
    else course.next = run.number(); // it may have been given back
    return run;
  }

  void posted(Tenure.Run run, AttemptResult result) {
    run.result = result;
    run.endedAt = world.now();
    if (!run.abandoned) {
      if (run.course.active == run) run.course.active = null;
      if (result instanceof AttemptResult.Settled made) {
        run.course.done = true;
        run.course.unpublished = made.settlement().bytes();
      }
    }
    tell(guarantee -> guarantee.posted(run));
  }

  void drained(Tenure.Run run) {
    if (!run.abandoned && !isCancelled(run)) takeIn(run);
    tell(guarantee -> guarantee.drained(run));
  }

  /// Whether the lane knows that the item's job is cancelled: then a result says nothing about the
  /// phase and asks for nothing.
  boolean isCancelled(Tenure.Run run) {
    return run.course.tenure.lane.heard().cancels(run.item());
  }

  void cancelled(Tenure.Course course, int bytes) {
    if (course.settled) throw new Violation("results-kept", course + " is cancelled, but settled");
    if (course.active != null) {
      throw new Violation("obedience", course + " is cancelled while it runs");
    }
    course.settled = true;
    course.done = true;
    course.unpublished = bytes;
  }

  private void takeIn(Tenure.Run run) {
    if (run.isOfFailureHandler()) { // it says nothing about the phase
      run.course.settled = run.result instanceof AttemptResult.Settled;
      return;
    }
    switch (Objects.requireNonNull(run.result)) {
      case AttemptResult.Settled _ -> {
        run.course.settled = true;
        evidence.succeeded(run);
      }
      case AttemptResult.GaveUp _ -> run.course.refused = true;
      case AttemptResult.Threw(var thrown) -> threw(run, thrown);
      case AttemptResult.RetryAsked _ -> failed(run, Evidence.Finding.ITEMS_OWN);
      case AttemptResult.SuspendAsked _, AttemptResult.LeftToOthers _ -> {}
    }
  }

  private void threw(Tenure.Run run, Thrown thrown) {
    run.course.refused = thrown.is(PayloadException.class);
    if (thrown.is(DependencyDownException.class)) return;
    if (run.course.refused) failed(run, Evidence.Finding.ITEMS_OWN);
    else failed(run, evidence.failed(run, thrown.said().message(), world.now()));
  }

  private void failed(Tenure.Run run, Evidence.Finding finding) {
    var course = run.course;
    if (finding == Evidence.Finding.OUTAGE) {
      var lane = course.tenure.lane;
      world.note("outage", lane.id, course.item.partition(), course.item.offset(), run.number());
      return;
    }
    course.next = run.number() + 1;
    var options = scenario.settings().options();
    course.overtakable |=
        options.failures().afterInPlace() == AfterInPlace.GIVE_UP_ORDER
            && isOver(course, options.retry().inPlaceMax());
  }

  /// Whether a budget could be over for an item's next attempt, which is not more than this far.
  boolean isOver(Tenure.Course course, Duration budget) {
    var most = Math.max(100, scenario.settings().options().retry().delayMax().toMillis());
    return world.now() + most * Scenario.MS - course.since > budget.toNanos();
  }

  Evidence evidence() {
    return evidence;
  }

  void abandoned(Tenure.Run run) {
    if (isCancelled(run) || run.isOfFailureHandler()) {
      tell(guarantee -> guarantee.abandoned(run));
      run.abandoned = true;
      if (run.course.active == run) run.course.active = null;
      return;
    }
    // First the evidence: this failure may be the one that makes an outage, and is spared then.
    var finding = evidence.failed(run, "timeout", world.now());
    tell(guarantee -> guarantee.abandoned(run));
    run.abandoned = true;
    // it may be that its partition has gone, so there is nothing certain about it
    failed(run, finding == Evidence.Finding.OUTAGE ? Evidence.Finding.OPEN : finding);
    if (run.course.active == run) run.course.active = null;
  }

  void deferred(Tenure.Course course, long delayNanos) {
    tell(guarantee -> guarantee.deferred(course, delayNanos));
    course.settled = true;
    course.done = true;
  }

  void dead(Tenure.Course course, Failure.Kind kind) {
    tell(guarantee -> guarantee.dead(course, kind));
    course.settled = true;
    course.done = true;
  }

  World world() {
    return world;
  }

  boolean isSettled(SimItem item) {
    return settled[item.partition()][item.index()];
  }

  boolean isSettled(int partition, int place) {
    return settled[partition][place];
  }

  /// Enters a decided transaction, after the guarantees have seen it against what was before.
  void enter(SimTransactions.Transaction transaction) {
    tell(guarantee -> guarantee.decided(transaction));
    commits++;
    for (var made : transaction.made()) {
      settled[made.item().partition()][made.item().index()] = true;
      settledCount++;
      var tenure = transaction.lane().tenure(made.item().partition());
      if (tenure == null) continue;
      var course = tenure.course(made.item());
      course.held = false;
      course.unpublished = 0;
    }
    transaction
        .progress()
        .forEach(
            (partition, progress) -> {
              committed[partition] = progress;
              var tenure = transaction.lane().tenure(partition);
              if (tenure != null) tenure.said = progress;
            });
  }

  /// The committed progress of a partition.
  Progress committed(int partition) {
    return committed[partition];
  }

  boolean allSettled() {
    return settledCount == topic.size();
  }

  /// Whether nothing is suspected any more in any partition.
  boolean quarantinesAreOver() {
    for (var progress : committed) {
      if (!progress.quarantine().equals(Quarantine.NONE)) return false;
    }
    return true;
  }

  int settledCount() {
    return settledCount;
  }

  int commits() {
    return commits;
  }
}
