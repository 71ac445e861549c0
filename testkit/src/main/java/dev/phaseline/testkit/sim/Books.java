package dev.phaseline.testkit.sim;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.Progress;
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
  private long runs;
  private int settledCount;
  private int commits;

  Books(SimTopic topic, Scenario scenario, World world) {
    this.world = world;
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
            new AttemptsNumbered(scenario),
            new SignsOfLife(world, scenario),
            new RetriesWait(this, scenario),
            new PoisonAlone(this, scenario),
            new KeyOrder(scenario),
            new Bounds(this, scenario));
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
    tell(guarantee -> guarantee.delivered(course));
  }

  Tenure.Run started(Tenure.Course course, Attempt<Item, Made> attempt) {
    var run = new Tenure.Run(runs++, course, attempt);
    run.signedAt = world.clock();
    tell(guarantee -> guarantee.started(run));
    course.active = run;
    return run;
  }

  void posted(Tenure.Run run, AttemptResult<Made> result) {
    run.result = result;
    run.endedAt = world.now();
    if (!run.abandoned) {
      if (run.course.active == run) run.course.active = null;
      if (result instanceof AttemptResult.Settled<Made> made) {
        run.course.done = true;
        run.course.unpublished = made.settlement().bytes();
      }
    }
    tell(guarantee -> guarantee.posted(run));
  }

  void drained(Tenure.Run run) {
    tell(guarantee -> guarantee.drained(run));
    if (run.abandoned) return;
    switch (Objects.requireNonNull(run.result)) {
      case AttemptResult.Settled<Made> _ -> run.course.settled = true;
      case AttemptResult.Threw<Made>(var thrown) -> {
        if (!(thrown instanceof DependencyDownException)) run.course.next = run.number() + 1;
        run.course.refused = thrown instanceof PayloadException;
      }
      case AttemptResult.RetryAsked<Made> _ -> run.course.next = run.number() + 1;
      case AttemptResult.SuspendAsked<Made> _ -> {}
    }
  }

  void abandoned(Tenure.Run run) {
    tell(guarantee -> guarantee.abandoned(run));
    run.abandoned = true;
    run.course.next = run.number() + 1;
    if (run.course.active == run) run.course.active = null;
  }

  void dead(Tenure.Course course, Failure.Kind kind) {
    tell(guarantee -> guarantee.dead(course, kind));
    course.settled = true;
    course.done = true;
  }

  World world() {
    return world;
  }

  boolean isSettled(Item item) {
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

  /// What is committed for a partition.
  Progress committed(int partition) {
    return committed[partition];
  }

  boolean allSettled() {
    return settledCount == topic.size();
  }

  int settledCount() {
    return settledCount;
  }

  int commits() {
    return commits;
  }
}
