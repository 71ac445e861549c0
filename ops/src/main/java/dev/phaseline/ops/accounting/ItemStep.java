package dev.phaseline.ops.accounting;

import dev.phaseline.ops.accounting.ItemPlace.Kind;

/// One record of an item: when the item came to it, when it left, and, of a dead letter, what was
/// decided about it. For one thread; changed by [ItemBook] alone.
public final class ItemStep {
  private static final int LEFT = 1;
  private static final int WITH_TOPIC = 2;
  private static final int DECISION_SHIFT = 2;

  final ItemPlace place;

  /// Time of the record, milliseconds since 1970; 0: not seen yet.
  long enteredMs;

  /// Time of the record that was made from it; 0: none was seen yet.
  long leftMs;

  /// The time at which a timer is due.
  long dueMs;

  /// Number of redrives of the item before it.
  int generation;

  /// The mark of the topic that the record is in, as against others of its name before and after;
  /// 0: not known.
  int topic;

  /// On a dead letter, what operators decided.
  LetterDecision decision = LetterDecision.OPEN;

  ItemStep(ItemPlace place) {
    this.place = place;
  }

  /// The record.
  public ItemPlace place() {
    return place;
  }

  /// Time of the record, milliseconds since 1970; 0: not seen yet.
  public long enteredMs() {
    return enteredMs;
  }

  /// Time of the record that was made from it; 0: none was seen yet.
  public long leftMs() {
    return leftMs;
  }

  /// The time at which its timer is due; 0: it is no timer.
  public long dueMs() {
    return dueMs;
  }

  /// The mark of the topic that it is in; 0: not known.
  public int topic() {
    return topic;
  }

  /// Of a dead letter, what operators decided.
  public LetterDecision decision() {
    return decision;
  }

  /// Whether it is counted where it is: a letter that was decided about calls for nothing.
  public boolean isCounted() {
    return decision == LetterDecision.OPEN;
  }

  /// Whether the record can be in the topic of that mark.
  boolean mayBeOf(int mark) {
    return topic == 0 || mark == 0 || topic == mark;
  }

  /// Whether no record is known that was made from it.
  public boolean isHead() {
    return enteredMs != 0 && leftMs == 0;
  }

  /// Of two that nothing is known to follow, because what is between them was not seen yet. A clock
  /// is asked last: it is another's.
  boolean isBehind(ItemStep other) {
    var isDone = place.kind() == Kind.DONE;
    if (isDone != (other.place.kind() == Kind.DONE)) return isDone;
    if (generation != other.generation) return generation > other.generation;
    var isDead = place.kind() == Kind.DEAD;
    if (isDead != (other.place.kind() == Kind.DEAD)) return isDead;
    return enteredMs >= other.enteredMs;
  }

  void write(CompactFormat.Out out) {
    place.write(out);
    // of what is left, only letters are looked for again
    var isAsked = isHead() || place.kind() == Kind.DEAD;
    var withTopic = topic != 0 && isAsked;
    var flags = (leftMs == 0 ? 0 : LEFT) | (withTopic ? WITH_TOPIC : 0);
    out.number(enteredMs).number(flags | decision.code() << DECISION_SHIFT);
    if (withTopic) out.number(topic);
    if (leftMs != 0) out.number(leftMs - enteredMs);
    out.number(dueMs).number(generation);
  }

  static ItemStep read(CompactFormat.In in) {
    var step = new ItemStep(ItemPlace.read(in));
    step.enteredMs = in.number();
    var marks = in.small();
    if ((marks & WITH_TOPIC) != 0) step.topic = in.small();
    step.leftMs = (marks & LEFT) == 0 ? 0 : step.enteredMs + in.number();
    step.decision = LetterDecision.of(marks >> DECISION_SHIFT);
    step.dueMs = in.number();
    step.generation = in.small();
    return step;
  }
}
