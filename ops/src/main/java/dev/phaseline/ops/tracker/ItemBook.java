package dev.phaseline.ops.tracker;

import dev.phaseline.ops.tracker.ItemPlace.Kind;
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
final class ItemBook {
  /// The latest of more visits are kept; of records that were named and not seen, as many.
  private static final int STEPS_MAX = 2 * ItemStatus.VISITS_MAX;

  private static final String REFUSED = "timer_refused";

  private static final int LEFT = 1;
  private static final int WITH_TOPIC = 2;
  private static final int DECISION_SHIFT = 2;

  private final List<Step> steps = new ArrayList<>(4);
  private boolean seen;
  private int children;
  private int attempt = 1;
  private int generation;
  private long withdrawnMs;
  private @Nullable String history;
  private @Nullable String kind;
  private @Nullable String reason;

  /// A record of the item.
  static final class Step {
    final ItemPlace place;

    /// When it was written; 0: it was not seen yet.
    long enteredMs;

    /// When the record was written that was made from it; 0: none was seen yet.
    long leftMs;

    /// When a timer is due.
    long dueMs;

    /// How often the item had been redriven then.
    int generation;

    /// Which topic of its name the record is in, see [TopicIds]; 0: not known.
    int topic;

    /// On a dead letter, what operators decided.
    Decision decision = Decision.OPEN;

    Step(ItemPlace place) {
      this.place = place;
    }

    /// Whether it is counted where it is: a letter that was decided about calls for nothing.
    boolean isCounted() {
      return decision == Decision.OPEN;
    }

    /// Whether the record can be in the topic of that mark.
    boolean mayBeOf(int mark) {
      return topic == 0 || mark == 0 || topic == mark;
    }

    boolean isHead() {
      return enteredMs != 0 && leftMs == 0;
    }

    /// Of two that nothing is known to follow, because what is between them was not seen yet. A
    /// clock is asked last: it is another's.
    boolean isBehind(Step other) {
      var isDone = place.kind() == Kind.DONE;
      if (isDone != (other.place.kind() == Kind.DONE)) return isDone;
      if (generation != other.generation) return generation > other.generation;
      var isDead = place.kind() == Kind.DEAD;
      if (isDead != (other.place.kind() == Kind.DEAD)) return isDead;
      return enteredMs >= other.enteredMs;
    }
  }

  /// Decision about a letter. Decided about in this sense is also what can't be any more.
  enum Decision {
    /// Nothing.
    OPEN(0),
    /// It was put away.
    DISCARDED(1),
    /// A redrive will send it.
    QUEUED(2),
    /// Its topic is gone.
    GONE(3);

    private static final Decision[] ALL = values();

    private final int code;

    Decision(int code) {
      this.code = code;
    }

    /// As it is stored.
    int code() {
      return code;
    }

    static Decision of(int code) {
      for (var one : ALL) if (one.code == code) return one;
      throw new IllegalArgumentException("no decision: " + code);
    }
  }

  /// Hears where items are, for the counts of phases.
  interface Watch {
    /// An item has got to a record.
    void came(ItemPlace place, long enteredMs);

    /// An item is no longer at a record.
    void went(ItemPlace place, long enteredMs);

    /// Both times of a record are known.
    void stayed(ItemPlace place, long enteredMs, long leftMs);

    /// So many letters more are queued for a redrive.
    ///
    /// @param atMs when that was decided or done; 0: it was not
    void queued(ItemPlace place, int more, long atMs);
  }

  /// Takes a record in.
  void add(ItemEvent event, Watch watch) {
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
  private void reschedule(Step timer, ItemEvent event, Watch watch) {
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

  private void leave(ItemPlace from, long atMs, Watch watch) {
    var step = step(from, 0);
    if (step.leftMs != 0) return;
    var wasHead = step.isHead();
    step.leftMs = Math.max(1, atMs);
    if (!wasHead) return;
    if (step.decision == Decision.QUEUED) watch.queued(step.place, -1, atMs);
    if (children == 0 && step.isCounted()) watch.went(step.place, step.enteredMs);
    watch.stayed(step.place, step.enteredMs, step.leftMs);
  }

  /// A first record does not say whether it came from a timer; when there is one, it did.
  private void leaveSubmission(long atMs, Watch watch) {
    for (var step : steps) {
      if (step.place.offset() < 0 && step.isHead()) {
        step.leftMs = Math.max(1, atMs);
        if (children == 0) watch.went(step.place, step.enteredMs);
      }
    }
  }

  private void cameSubmission(Step timer, Watch watch) {
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

  /// It became so many children, one of which says so.
  ///
  /// @return whether this is news
  boolean split(int count, long atMs, Watch watch) {
    if (children != 0) return false;
    for (var step : steps) {
      if (!step.isHead()) continue;
      step.leftMs = Math.max(1, atMs);
      if (step.decision == Decision.QUEUED) watch.queued(step.place, -1, atMs);
      if (step.isCounted()) watch.went(step.place, step.enteredMs);
      watch.stayed(step.place, step.enteredMs, step.leftMs);
    }
    children = count;
    return true;
  }

  /// It was taken back, unless it has begun.
  void withdraw(long atMs, Watch watch) {
    var head = head();
    if (head == null || head.place.kind() != Kind.TIMER || head.place.offset() >= 0) return;
    withdrawnMs = Math.max(1, atMs);
    head.leftMs = withdrawnMs;
    watch.went(head.place, head.enteredMs);
  }

  /// The scheduler did not take its timer: it does not go on, unless the timer is written again.
  void refuse(ItemEvent event, Watch watch) {
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
  void decide(ItemPlace letter, int topic, Decision decision, long atMs, Watch watch) {
    for (var i = steps.size() - 1; i >= 0; i--) {
      var step = steps.get(i);
      if (step.place.isSameAs(letter) && step.mayBeOf(topic)) {
        decide(step, decision, atMs, watch);
        return;
      }
    }
  }

  private void decide(Step step, Decision decision, long atMs, Watch watch) {
    var wasCounted = step.isCounted();
    var wasQueued = step.decision == Decision.QUEUED;
    var isQueued = decision == Decision.QUEUED;
    step.decision = decision;
    if (step.isHead() && wasQueued != isQueued) watch.queued(step.place, isQueued ? 1 : -1, atMs);
    if (!step.isHead() || children != 0 || wasCounted == step.isCounted()) return;
    if (wasCounted) watch.went(step.place, step.enteredMs);
    else watch.came(step.place, step.enteredMs);
  }

  /// The topics of some records are gone.
  ///
  /// @return whether the item itself was in one: nothing is known of it any more
  boolean leaveGone(Predicate<Step> isGone, Watch watch) {
    for (var step : steps) {
      if (!step.isHead() || !isGone.test(step)) continue;
      if (step.place.kind() != Kind.DEAD) return children == 0;
      decide(step, Decision.GONE, 0, watch);
    }
    return false;
  }

  private Step step(ItemPlace place, int topic) {
    for (var i = steps.size() - 1; i >= 0; i--) {
      var step = steps.get(i);
      if (step.place.isSameAs(place) && step.mayBeOf(topic)) return step;
    }
    var step = new Step(place);
    steps.add(step);
    return step;
  }

  private void prune() {
    for (var i = 0; steps.size() > STEPS_MAX && i < steps.size(); ) {
      if (steps.get(i).isHead()) i++;
      else steps.remove(i);
    }
  }

  /// Where it is; null when that is not known.
  @Nullable Step head() {
    Step head = null;
    for (var step : steps) {
      if (step.isHead() && (head == null || step.isBehind(head))) head = step;
    }
    return head;
  }

  /// Whether it has ended, and each record of it was seen that another one names: unless somebody
  /// redrives it, nothing more is to be read of it.
  boolean isSettled() {
    for (var step : steps) if (step.enteredMs == 0) return false;
    return state().isEnded();
  }

  WorkState state() {
    if (children != 0) return WorkState.SPLIT;
    var head = head();
    if (head == null && REFUSED.equals(kind)) return WorkState.DEAD;
    if (head == null) return withdrawnMs != 0 ? WorkState.CANCELLED : WorkState.WAITING;
    return switch (head.place.kind()) {
      case PHASE -> WorkState.WAITING;
      case TIMER -> head.place.offset() < 0 ? WorkState.SCHEDULED : WorkState.RETRYING;
      case DONE -> isCancelled() ? WorkState.CANCELLED : WorkState.DONE;
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
    return "cancelled".equals(kind);
  }

  /// The phase where it is or ended; empty when that is not known.
  String phase() {
    var head = head();
    if (head == null || state() == WorkState.SCHEDULED) return lastPhase();
    return head.place.phase();
  }

  private String lastPhase() {
    Step last = null;
    for (var step : steps) {
      if (step.place.kind() != Kind.PHASE || step.enteredMs == 0) continue;
      if (last == null || step.enteredMs >= last.enteredMs) last = step;
    }
    return last == null ? "" : last.place.phase();
  }

  List<Step> steps() {
    return steps;
  }

  /// Whether a record of its own was seen, and not only one of a child's.
  boolean seen() {
    return seen;
  }

  int children() {
    return children;
  }

  int attempt() {
    return attempt;
  }

  int generation() {
    return generation;
  }

  @Nullable String history() {
    return history;
  }

  String reason() {
    return reason == null ? "" : reason;
  }

  void write(TrackerFormat.Out out) {
    out.number(seen ? 1 : 0).number(children).number(attempt);
    out.number(generation).number(withdrawnMs).text(history).text(kind).text(reason);
    out.number(steps.size());
    for (var step : steps) {
      step.place.write(out);
      // of what is left, only letters are looked for again
      var isAsked = step.isHead() || step.place.kind() == Kind.DEAD;
      var withTopic = step.topic != 0 && isAsked;
      var flags = (step.leftMs == 0 ? 0 : LEFT) | (withTopic ? WITH_TOPIC : 0);
      out.number(step.enteredMs).number(flags | step.decision.code() << DECISION_SHIFT);
      if (withTopic) out.number(step.topic);
      if (step.leftMs != 0) out.number(step.leftMs - step.enteredMs);
      out.number(step.dueMs).number(step.generation);
    }
  }

  static ItemBook read(TrackerFormat.In in) {
    var book = new ItemBook();
    book.readFrom(in);
    return book;
  }

  /// Fills an empty one.
  void readFrom(TrackerFormat.In in) {
    var flags = in.small();
    seen = (flags & 1) != 0;
    children = in.small();
    attempt = in.small();
    generation = in.small();
    withdrawnMs = in.number();
    history = in.textOrNull();
    kind = in.textOrNull();
    reason = in.textOrNull();
    for (var left = in.small(); left > 0; left--) {
      var step = new Step(ItemPlace.read(in));
      step.enteredMs = in.number();
      var marks = in.small();
      if ((marks & WITH_TOPIC) != 0) step.topic = in.small();
      step.leftMs = (marks & LEFT) == 0 ? 0 : step.enteredMs + in.number();
      step.decision = Decision.of(marks >> DECISION_SHIFT);
      step.dueMs = in.number();
      step.generation = in.small();
      steps.add(step);
    }
    // written by a version that kept this of the item, and counted the letter nevertheless
    var head = (flags & 2) == 0 ? null : head();
    if (head != null && head.place.kind() == Kind.DEAD) head.decision = Decision.DISCARDED;
  }
}
