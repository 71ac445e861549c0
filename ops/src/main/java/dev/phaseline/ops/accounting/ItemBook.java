package dev.phaseline.ops.accounting;

import dev.phaseline.ops.accounting.ItemPlace.Kind;
import dev.phaseline.schemas.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Account of one item, from its records in any order. Topics are read independently of each other,
/// so a record may be seen before the one that it was made from.
///
/// Each record of an item names the one before it. A record that was seen and that none names is
/// where the item is; a record that was named and not seen yet is remembered with the time at which
/// the item left it. When all have been seen, one is left, whatever the order was.
///
/// For one thread.
public final class ItemBook {
  /// Records that are kept of an item; of more, the latest.
  private static final int STEPS_MAX = 32;

  private static final String REFUSED = "timer_refused";

  private final List<ItemStep> steps = new ArrayList<>(4);
  private boolean seen;
  private int children;
  private int attempt = 1;
  private int generation;
  private long withdrawnMs;
  private @Nullable String history;
  private @Nullable String kind;
  private @Nullable String reason;

  /// Takes a record in.
  void add(ItemEvent event, ItemWatch watch) {
    seen = true;
    var step = step(event.place(), event.topic());
    if (step.enteredMs != 0) {
      if (event.place().kind() == Kind.TIMER) reschedule(step, event, watch);
      return; // of other kinds, each is read once
    }
    step.enteredMs = Math.max(1, event.atMs());
    step.dueMs = event.dueMs();
    step.topic = event.topic();
    step.generation = event.generation();
    if (step.leftMs != 0) watch.stayed(step.place, step.enteredMs, step.leftMs);
    else if (children == 0) watch.came(step.place, step.enteredMs);
    var from = event.from();
    if (from != null) leave(from, event.atMs(), watch);
    else if (event.place().kind() == Kind.PHASE) leaveSubmission(event.atMs(), watch);
    else if (event.place().offset() < 0) cameSubmission(step, watch);
    learn(event);
    prune();
  }

  /// The same timer for another time. All records of a timer are in one partition, so this one is
  /// newer than what is known; a job that was taken back is submitted again.
  private void reschedule(ItemStep timer, ItemEvent event, ItemWatch watch) {
    timer.dueMs = event.dueMs();
    timer.topic = event.topic();
    if (withdrawnMs == 0 || head() != null) return;
    withdrawnMs = 0;
    if (REFUSED.equals(kind)) {
      kind = null;
      reason = null;
    }
    timer.enteredMs = Math.max(1, event.atMs());
    timer.leftMs = 0;
    watch.came(timer.place, timer.enteredMs);
  }

  private void leave(ItemPlace from, long atMs, ItemWatch watch) {
    var step = step(from, 0);
    if (step.leftMs != 0) return;
    var wasHead = step.isHead();
    step.leftMs = Math.max(1, atMs);
    if (!wasHead) return;
    if (step.decision == LetterDecision.QUEUED) watch.queued(step.place, -1, atMs);
    if (children == 0 && step.isCounted()) watch.went(step.place, step.enteredMs);
    watch.stayed(step.place, step.enteredMs, step.leftMs);
  }

  /// A first record does not say whether it came from a timer; when there is one, it did.
  private void leaveSubmission(long atMs, ItemWatch watch) {
    for (var step : steps) {
      if (step.place.offset() < 0 && step.isHead()) {
        step.leftMs = Math.max(1, atMs);
        if (children == 0) watch.went(step.place, step.enteredMs);
      }
    }
  }

  private void cameSubmission(ItemStep timer, ItemWatch watch) {
    for (var step : steps) {
      if (step == timer || step.enteredMs == 0 || timer.leftMs != 0) continue;
      timer.leftMs = step.enteredMs;
      if (children == 0) watch.went(timer.place, timer.enteredMs);
    }
  }

  private void learn(ItemEvent event) {
    var isNewer =
        event.generation() > generation
            || (event.generation() == generation && event.attempt() >= attempt);
    var about = event.about();
    if (about != null && isNewer && about.history() != null) history = about.history();
    var isEnd = event.place().kind() == Kind.DEAD || event.place().kind() == Kind.DONE;
    if (isEnd && event.generation() >= generation && about != null) {
      kind = about.kind();
      reason = about.reason();
    }
    if (event.generation() > generation) generation = event.generation();
    var head = head();
    if (head != null && head.place.isSameAs(event.place())) attempt = event.attempt();
  }

  /// Records that the item became so many children; one of them reports it.
  ///
  /// @return whether this is news
  boolean split(int count, long atMs, ItemWatch watch) {
    if (children != 0) return false;
    for (var step : steps) {
      if (!step.isHead()) continue;
      step.leftMs = Math.max(1, atMs);
      if (step.decision == LetterDecision.QUEUED) watch.queued(step.place, -1, atMs);
      if (step.isCounted()) watch.went(step.place, step.enteredMs);
      watch.stayed(step.place, step.enteredMs, step.leftMs);
    }
    children = count;
    return true;
  }

  /// Takes the item back, unless it has begun.
  public void withdraw(long atMs, ItemWatch watch) {
    var head = head();
    if (head == null || head.place.kind() != Kind.TIMER || head.place.offset() >= 0) return;
    withdrawnMs = Math.max(1, atMs);
    head.leftMs = withdrawnMs;
    watch.went(head.place, head.enteredMs);
  }

  /// The scheduler did not take its timer: it does not go on, unless the timer is written again.
  public void refuse(ItemEvent event, ItemWatch watch) {
    seen = true;
    var step = step(event.place(), 0);
    var wasHead = step.isHead();
    if (step.leftMs == 0) step.leftMs = Math.max(1, event.atMs());
    if (wasHead && children == 0) watch.went(step.place, step.enteredMs);
    if (head() != null) return; // it has gone another way
    withdrawnMs = Math.max(1, event.atMs());
    kind = REFUSED;
    var about = event.about();
    reason = about == null ? null : about.reason();
  }

  /// Something was decided about one of its letters.
  ///
  /// @param topic the mark of the letter's topic; 0: not known
  /// @param atMs when
  public void decide(
      ItemPlace letter, int topic, LetterDecision decision, long atMs, ItemWatch watch) {
    for (var i = steps.size() - 1; i >= 0; i--) {
      var step = steps.get(i);
      if (step.place.isSameAs(letter) && step.mayBeOf(topic)) {
        decide(step, decision, atMs, watch);
        return;
      }
    }
  }

  private void decide(ItemStep step, LetterDecision decision, long atMs, ItemWatch watch) {
    var wasCounted = step.isCounted();
    var wasQueued = step.decision == LetterDecision.QUEUED;
    var isQueued = decision == LetterDecision.QUEUED;
    step.decision = decision;
    if (step.isHead() && wasQueued != isQueued) watch.queued(step.place, isQueued ? 1 : -1, atMs);
    if (!step.isHead() || children != 0 || wasCounted == step.isCounted()) return;
    if (wasCounted) watch.went(step.place, step.enteredMs);
    else watch.came(step.place, step.enteredMs);
  }

  /// The topics of some records are gone.
  ///
  /// @return whether the item itself was in one: nothing is known of it any more
  public boolean leaveGone(Predicate<ItemStep> isGone, ItemWatch watch) {
    for (var step : steps) {
      if (!step.isHead() || !isGone.test(step)) continue;
      if (step.place.kind() != Kind.DEAD) return children == 0;
      decide(step, LetterDecision.GONE, 0, watch);
    }
    return false;
  }

  private ItemStep step(ItemPlace place, int topic) {
    for (var i = steps.size() - 1; i >= 0; i--) {
      var step = steps.get(i);
      if (step.place.isSameAs(place) && step.mayBeOf(topic)) return step;
    }
    var step = new ItemStep(place);
    steps.add(step);
    return step;
  }

  private void prune() {
    for (var i = 0; steps.size() > STEPS_MAX && i < steps.size(); ) {
      if (steps.get(i).isHead()) i++;
      else steps.remove(i);
    }
  }

  /// The step at which it is; null when that is not known.
  public @Nullable ItemStep head() {
    ItemStep head = null;
    for (var step : steps) {
      if (step.isHead() && (head == null || step.isBehind(head))) head = step;
    }
    return head;
  }

  /// Whether it has ended, and each record of it was seen that another one names: unless somebody
  /// redrives it, nothing more is to be read of it.
  public boolean isSettled() {
    for (var step : steps) if (step.enteredMs == 0) return false;
    return state().isEnded();
  }

  public WorkState state() {
    if (children != 0) return WorkState.SPLIT;
    var head = head();
    if (head == null && REFUSED.equals(kind)) return WorkState.DEAD;
    if (head == null) return withdrawnMs != 0 ? WorkState.CANCELLED : WorkState.WAITING;
    return switch (head.place.kind()) {
      case PHASE -> WorkState.WAITING;
      case TIMER -> head.place.offset() < 0 ? WorkState.SCHEDULED : WorkState.RETRYING;
      case DONE -> {
        if (isCancelled()) yield WorkState.CANCELLED;
        yield HeaderNames.ENDED_COMPENSATED.equals(kind) ? WorkState.COMPENSATED : WorkState.DONE;
      }
      case DEAD -> {
        if (isCancelled()) yield WorkState.CANCELLED;
        yield switch (head.decision) {
          case OPEN, QUEUED -> WorkState.DEAD;
          case DISCARDED, GONE -> WorkState.DISCARDED;
        };
      }
    };
  }

  private boolean isCancelled() {
    return HeaderNames.ENDED_CANCELLED.equals(kind);
  }

  /// The phase where it is or ended; empty when that is not known.
  public String phase() {
    var head = head();
    if (head == null || state() == WorkState.SCHEDULED) return lastPhase();
    return head.place.phase();
  }

  private String lastPhase() {
    ItemStep last = null;
    for (var step : steps) {
      if (step.place.kind() != Kind.PHASE || step.enteredMs == 0) continue;
      if (last == null || step.enteredMs >= last.enteredMs) last = step;
    }
    return last == null ? "" : last.place.phase();
  }

  public List<ItemStep> steps() {
    return steps;
  }

  /// Whether a record of its own was seen, and not only one of a child's.
  boolean seen() {
    return seen;
  }

  public int children() {
    return children;
  }

  public int attempt() {
    return attempt;
  }

  public int generation() {
    return generation;
  }

  public @Nullable String history() {
    return history;
  }

  public String reason() {
    return reason == null ? "" : reason;
  }

  public void write(CompactFormat.Out out) {
    out.number(seen ? 1 : 0).number(children).number(attempt);
    out.number(generation).number(withdrawnMs).text(history).text(kind).text(reason);
    out.number(steps.size());
    for (var step : steps) step.write(out);
  }

  public static ItemBook read(CompactFormat.In in) {
    var book = new ItemBook();
    book.readFrom(in);
    return book;
  }

  /// Fills an empty one.
  void readFrom(CompactFormat.In in) {
    var flags = in.small();
    seen = (flags & 1) != 0;
    children = in.small();
    attempt = in.small();
    generation = in.small();
    withdrawnMs = in.number();
    history = in.textOrNull();
    kind = in.textOrNull();
    reason = in.textOrNull();
    for (var left = in.small(); left > 0; left--) steps.add(ItemStep.read(in));
    // written by a version that kept this of the item, and counted the letter nevertheless
    var head = (flags & 2) == 0 ? null : head();
    if (head != null && head.place.kind() == Kind.DEAD) head.decision = LetterDecision.DISCARDED;
  }
}
