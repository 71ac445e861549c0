package dev.phaseline.schemas;

/// The headers that are ours. All are text in UTF-8, absent when at their default, so that any
/// Kafka tool can read a topic and any producer, in any language, can feed one.
public final class HeaderNames {
  /// The job's id; absent: `topic-partition-offset` of the record.
  public static final String JOB = "pl-job";

  /// The item's path in its job (`/3/0`); absent: `/`, the item that the job started with.
  public static final String ITEM = "pl-item";

  /// Number of children of the fan-out that made this item; absent: not made by one.
  public static final String SIBLINGS = "pl-siblings";

  /// The attempt that comes next, from 1; absent: 1.
  public static final String ATTEMPT = "pl-attempt";

  /// The version of the pipeline that the item is handled under, from 1; absent: 1 on a record that
  /// a phase wrote, and on one that was submitted the newest that its worker has.
  public static final String VERSION = "pl-version";

  /// The number of redrives of the item; absent: 0.
  public static final String GENERATION = "pl-generation";

  /// The time at which the job must have ended, ISO 8601 with Z; absent: never.
  public static final String DEADLINE = "pl-deadline";

  /// The time at which the job was submitted, ISO 8601 with Z; absent: the record's timestamp.
  public static final String SUBMITTED = "pl-submitted";

  /// Tags, `name=value` joined by `;`, each percent-encoded; absent: none.
  public static final String TAGS = "pl-tags";

  /// Priority, 0 (first) to 9 (last); absent: 4.
  public static final String PRIORITY = "pl-priority";

  /// The record that this one was made from, `phase/partition/offset`; absent on submitted records.
  public static final String PARENT = "pl-parent";

  /// A phase that the item has finished and that can be compensated, repeated, the latest last:
  /// phase, key and payload, both in base64, separated by spaces, `-` for no key; absent: none.
  public static final String FINISHED = "pl-finished";

  /// On an item that is being compensated: the phase that asked for it, a space and the reason;
  /// absent: the item goes forward. On a record of `done` beside [#ENDED_COMPENSATED], too.
  public static final String COMPENSATING = "pl-compensating";

  /// The number of times that a failure handler has sent the item to a phase; absent: 0.
  public static final String REROUTES = "pl-reroutes";

  /// On a dead letter: why, in words.
  public static final String REASON = "pl-reason";

  /// On a dead letter: what kind of failure, one of [DeadKind]'s names in lower case.
  public static final String KIND = "pl-kind";

  /// On a dead letter: the phase that gave up.
  public static final String PHASE = "pl-phase";

  /// On a record of `done`: `cancelled` when the item has ended because its job was cancelled,
  /// `compensated` when all that it had done was undone; it has no result then. Absent: it ended
  /// well.
  public static final String ENDED = "pl-ended";

  /// [#ENDED]'s value for a cancelled item.
  public static final String ENDED_CANCELLED = "cancelled";

  /// [#ENDED]'s value for a compensated item.
  public static final String ENDED_COMPENSATED = "compensated";

  /// On a dead letter or a retry: the attempts and their errors, a JSON array of bounded size. Each
  /// is an object; one that has nothing but `omitted` says how many are left out in its place.
  public static final String HISTORY = "pl-history";

  /// On an operator's action on a dead letter: what was done, in one word.
  public static final String ACTION = "pl-action";

  /// On an operator's action: the same for everything that one command did.
  public static final String OPERATION = "pl-operation";

  /// On an operator's action: who, `user@host`.
  public static final String BY = "pl-by";

  /// On an operator's action, and on the record that a redrive sends: Kafka's id of the topic of
  /// dead letters that the letter is in, as [org.apache.kafka.common.Uuid] writes it. A topic that
  /// is deleted and made anew has the same offsets and another id. Absent: not known.
  public static final String LETTER_TOPIC = "pl-letter-topic";

  /// On a retry: when the item's first attempt in this phase began, ISO 8601 with Z; absent or
  /// unreadable: now. The time that a retry policy grants is counted from here.
  public static final String FIRST_START = "pl-first-start";

  /// On a timer: when it is due, milliseconds since 1970-01-01T00:00Z as decimal text.
  public static final String DUE = "pl-due";

  /// On a timer: the topic of the record that it becomes.
  public static final String TARGET = "pl-target";

  /// On a timer: the key of the record that it becomes, raw bytes; absent: null.
  public static final String TARGET_KEY = "pl-target-key";

  /// On a timer: there, with any value, when the record that it becomes has a null value.
  public static final String TARGET_NULL = "pl-target-null";

  /// On a record of the timers topic: `cancel`; absent: it is a timer.
  public static final String TIMER = "pl-timer";

  /// W3C trace context, carried on through every phase.
  public static final String TRACE_PARENT = "traceparent";

  /// W3C trace state, carried on through every phase.
  public static final String TRACE_STATE = "tracestate";

  private HeaderNames() {}
}
