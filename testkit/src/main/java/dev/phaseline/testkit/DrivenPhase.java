package dev.phaseline.testkit;

import dev.phaseline.core.Phase;
import dev.phaseline.core.RetryPolicy.Verdict;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.LastFailure;
import dev.phaseline.core.engine.RetryRules;
import dev.phaseline.core.engine.Thrown;
import dev.phaseline.core.run.Decision;
import dev.phaseline.core.run.VersionedProgram;
import dev.phaseline.schemas.ItemHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A phase in a [PipelineDriver]: its topic, in order, and the attempts of its items. It runs the
/// program of the worker and asks the worker's rules about failures, so a test sees the decisions
/// of a server. For one thread.
final class DrivenPhase {
  /// Longer waits are cut to a century, as in the worker.
  private static final Duration WAIT_MAX = Duration.ofDays(36_500);

  private final Phase<?> phase;
  private final VersionedProgram program;
  private final RetryRules rules;
  private final Site site;
  private List<Item> items = new ArrayList<>();
  private List<Item> arrived = new ArrayList<>();
  private Instant heldUntil = Instant.MIN;
  private long attempts;
  private long offset; // of the next one

  /// The driver, as its phases use it.
  interface Site {
    /// The pipeline's name.
    String pipeline();

    Instant now();

    /// A number for jitter, in [0, 1).
    double chance();

    boolean isCancelled(Item item);

    /// Records an item that ended because its job was cancelled.
    void cancelled(PendingItem item);

    /// Records an item that ended in failure.
    void dead(DrivenPhase phase, Item item, DeadLetter letter);

    /// Writes a record to its target.
    ///
    /// @return false when the item only moved to its key's place and was not tried yet
    boolean emit(String from, Item item, Emission made);
  }

  DrivenPhase(Phase<?> phase, VersionedProgram program, Site site) {
    this.phase = phase;
    this.program = program;
    this.rules = RetryRules.of(phase.options());
    this.site = site;
  }

  String name() {
    return phase.name();
  }

  /// The number of attempts in all.
  long attempts() {
    return attempts;
  }

  /// The items that have not ended, in order.
  List<Item> items() {
    var all = new ArrayList<>(items);
    all.addAll(arrived);
    return all;
  }

  void clear() {
    items.clear();
    arrived.clear();
  }

  /// The times at which items that have been looked at may run.
  Stream<Instant> times() {
    return items.stream().map(item -> later(item.notBefore, heldUntil));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /// The payload of an item of this phase.
  Object decode(String topic, Item item) {
    return phase.input().decode(topic, item.value);
  }

  /// Appends an item to the topic.
  Item arrive(ItemHeaders headers, int version, byte @Nullable [] key, byte[] value) {
    var item = new Item(headers, version, key, value, offset++, site.now());
    arrived.add(item);
    return item;
  }

  /// Appends the same item, with its first attempt before it.
  void arrive(Item again) {
    arrive(again.headers, again.version, again.key, again.value);
  }

  /// Goes through the topic once.
  ///
  /// @return number of the items that it has tried
  long pass() {
    items.addAll(arrived);
    arrived = new ArrayList<>();
    var tried = 0L;
    var blocked = new HashSet<String>();
    var left = new ArrayList<Item>();
    for (var item : items) {
      if (site.isCancelled(item)) {
        site.cancelled(item.pending(name()));
        continue;
      }
      var now = site.now();
      var lane = lane(item);
      var mayRun =
          !now.isBefore(heldUntil)
              && !now.isBefore(item.notBefore)
              && (lane.isEmpty() || !blocked.contains(lane.get()));
      if (mayRun) {
        tried++;
        if (!run(item)) continue;
        if (now.isBefore(heldUntil)) {
          left.addFirst(item); // it is tried first when the phase comes back
          lane.ifPresent(blocked::add);
          continue;
        }
      }
      left.add(item);
      if (item.holdsKey) lane.ifPresent(blocked::add);
    }
    items = left;
    return tried;
  }

  /// The order group of an item; empty when it waits for no other.
  private Optional<String> lane(Item item) {
    return switch (phase.options().ordering()) {
      case KEY -> item.keyText();
      case UNORDERED -> Optional.empty();
      case PARTITION -> Optional.of("");
    };
  }

  /// Runs an attempt and performs what follows.
  ///
  /// @return whether the item stays in this phase
  private boolean run(Item item) {
    var attempt = attempt(item);
    var asked = item.lastFailure;
    if (asked != null) return perform(item, program.decide(attempt, asked, attempt));
    attempts++;
    return perform(item, program.run(attempt, attempt));
  }

  private ItemAttempt attempt(Item item) {
    var bare = item.context(site.pipeline(), name());
    var known = new ItemAttempt(item, name(), bare);
    var context = bare.withOutcomes(() -> program.outcomes(known));
    return new ItemAttempt(item, name(), context);
  }

  private boolean perform(Item item, Decision<Emission> decision) {
    var now = site.now();
    return switch (decision) {
      case Decision.Emit<Emission>(var emissions, _) -> {
        for (var each : emissions) emit(item, each);
        yield false;
      }
      case Decision.Bury<Emission>(var kind, var reason) ->
          bury(item, new LastFailure(kind, reason, false));
      case Decision.Fail<Emission>(var thrown) ->
          follow(item, threw(item, thrown), Failure.threw(item.attempt, thrown, 0, 0));
      case Decision.Retry<Emission>(var delay, var reason) ->
          follow(
              item,
              rules.asked(item.attempt, delay, reason),
              Failure.asked(item.attempt, reason, 0, 0));
      case Decision.Suspend<Emission>(var delay, _) -> hold(delay, now);
      case Decision.Leave<Emission>(_, var reason) -> leave(item, reason, now);
    };
  }

  private Verdict threw(Item item, Thrown thrown) {
    return rules.threw(item.attempt, thrown, site.chance());
  }

  /// Performs what follows a failed attempt. One that suspends does not count.
  private boolean follow(Item item, Verdict verdict, Failure failure) {
    var now = site.now();
    if (verdict instanceof Verdict.SuspendFor(var delay)) return hold(delay, now);
    if (item.firstStart == null) item.firstStart = now;
    item.remember(failure);
    var deadline = item.deadline();
    var situation =
        new RetryRules.Situation(
            lane(item).isPresent(),
            Duration.between(item.firstStart, now),
            deadline == null ? null : Duration.between(now, deadline));
    return switch (rules.next(verdict, failure.kind(), situation)) {
      case RetryRules.Next.Bury(var kind, var why) ->
          bury(item, new LastFailure(kind.dead(), failure.reason(why), true));
      case RetryRules.Next.Suspend(var delay) -> hold(delay, now);
      case RetryRules.Next.Again(var delay, var order) -> {
        item.attempt++;
        item.holdsKey = order != RetryRules.Order.GIVEN_UP;
        item.notBefore = now.plus(delay.compareTo(WAIT_MAX) < 0 ? delay : WAIT_MAX);
        yield true;
      }
    };
  }

  /// Keeps an item that waits for another process: none will come, so it is pending for as long as
  /// it may.
  private boolean leave(Item item, String reason, Instant now) {
    attempts--; // no handler was called
    if (item.leftSince == null) item.leftSince = now;
    return switch (RetryRules.leftToOthers(Duration.between(item.leftSince, now), reason)) {
      case RetryRules.Next.Bury(var kind, var why) ->
          bury(item, new LastFailure(kind.dead(), why, true));
      case RetryRules.Next.Suspend(var delay) -> hold(delay, now);
      case RetryRules.Next.Again(var delay, _) -> {
        item.notBefore = now.plus(delay);
        yield true;
      }
    };
  }

  /// Ends an item as dead, unless its failure handler decides otherwise.
  private boolean bury(Item item, LastFailure why) {
    if (item.lastFailure == null && program.decidesFailures(attempt(item))) {
      item.lastFailure = why;
      return run(item);
    }
    site.dead(this, item, item.dead(name(), why.kind(), why.reason()));
    return false;
  }

  private boolean hold(Duration delay, Instant now) {
    heldUntil = now.plus(delay.compareTo(WAIT_MAX) < 0 ? delay : WAIT_MAX);
    return true;
  }

  private void emit(Item item, Emission made) {
    if (!site.emit(name(), item, made)) attempts--;
  }
}
