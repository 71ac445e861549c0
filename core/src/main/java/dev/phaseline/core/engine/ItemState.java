package dev.phaseline.core.engine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// State of an item in its lane, from its delivery until the commit that completes it, with the
/// moves that there are. `docs/state-machine.md` is this table. Immutable.
enum ItemState {
  /// Waits in the queue of its key.
  READY("It waits in the queue of its key, for its turn or for a trial of the quarantine."),

  /// Handed out to a runner.
  RUNNING("It is handed out to a runner, in a chain: its attempt runs, or starts behind another."),

  /// With an attempt that does not run any more.
  ENDED("Its attempt is over or was taken back. What follows is decided before anything else."),

  /// Waits for its next attempt.
  BACKING_OFF("It waits for its next attempt, and holds its key back if it keeps its place."),

  /// With its result.
  SETTLED("It has its result, which waits for a transaction. Its handler is not run again."),

  /// Part of the transaction at hand.
  PUBLISHING("It is part of the transaction at hand, which is under way or of unknown fate."),

  /// With a result that can't be committed yet.
  TOO_FAR(
      "It has its result, but the progress without those before it would not fit its metadata."),

  /// With a dead letter that can't be written now.
  REFUSED("It is a dead letter that its topic does not take. It is offered again every 10 s."),

  /// Over.
  COMPLETE("The transaction that completes it has happened."),

  /// Not the lane's any more.
  GONE("Its partition was taken away or stopped. Nothing of it is run, kept or published here.");

  private static final Map<ItemState, Map<ItemState, String>> MOVES =
      new EnumMap<>(ItemState.class);

  static {
    for (var state : values()) MOVES.put(state, new EnumMap<>(ItemState.class));
    allow(READY, RUNNING, "a lane hands it out");
    allow(READY, SETTLED, "its job is cancelled, or too many processes died while it ran alone");
    allow(
        RUNNING, ENDED, "its result came in, its timeout is over, or it was taken back unstarted");
    allow(ENDED, READY, "it was taken back, or the attempt does not count");
    allow(ENDED, BACKING_OFF, "it has another attempt, later");
    allow(
        ENDED, SETTLED, "it has its result, is a dead letter or a timer, or its job is cancelled");
    allow(BACKING_OFF, READY, "its next attempt is due");
    allow(BACKING_OFF, SETTLED, "its partition is let go, and it goes on as a timer");
    allow(SETTLED, PUBLISHING, "a transaction begins");
    allow(SETTLED, REFUSED, "its topic has refused it");
    allow(PUBLISHING, COMPLETE, "the transaction has happened");
    allow(PUBLISHING, SETTLED, "the transaction has not happened");
    allow(PUBLISHING, TOO_FAR, "the transaction begins without it");
    allow(TOO_FAR, SETTLED, "the frontier has moved");
    allow(REFUSED, SETTLED, "it is offered again");
    for (var state : values()) {
      var isLast = state == COMPLETE || state == GONE;
      if (!isLast && state != RUNNING) allow(state, GONE, "its partition goes");
    }
  }

  private final String meaning;

  ItemState(String meaning) {
    this.meaning = meaning;
  }

  private static void allow(ItemState from, ItemState to, String why) {
    MOVES.getOrDefault(from, Map.of()).put(to, why);
  }

  /// Its meaning, a sentence.
  String meaning() {
    return meaning;
  }

  /// The states that may follow, each with the cause.
  Map<ItemState, String> moves() {
    return Collections.unmodifiableMap(MOVES.getOrDefault(this, Map.of()));
  }

  /// Whether that state may follow.
  boolean mayBecome(ItemState next) {
    return MOVES.getOrDefault(this, Map.of()).containsKey(next);
  }
}
