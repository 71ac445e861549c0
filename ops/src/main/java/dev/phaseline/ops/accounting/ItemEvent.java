package dev.phaseline.ops.accounting;

import dev.phaseline.schemas.ItemHeaders;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Event of an item, made of one record of a phase's, `done`, `dead` or timers topic; sent to the
/// tracker that owns the item's job. Immutable.
///
/// @param verb what happened
/// @param pipeline whose
/// @param job the job's id
/// @param path the item's place in its job
/// @param place which record it is
/// @param from the record that it was made from; null: submitted, or nobody said
/// @param atMs the record's timestamp
/// @param dueMs when a timer is due; for a decision that does not name its topic, the time after
///   which a letter was written that can't be meant; 0 otherwise
/// @param siblings how many children the fan-out had that made the item
/// @param attempt which is next, or was the last
/// @param generation how often the item was redriven
/// @param submittedMs when the job was submitted; 0 when nobody said
/// @param topic the mark of the topic that the record is in, or the letter that was decided about,
///   0: not known
/// @param about what is said seldom; null when nothing of it is
public record ItemEvent(
    Verb verb,
    String pipeline,
    String job,
    String path,
    ItemPlace place,
    @Nullable ItemPlace from,
    long atMs,
    long dueMs,
    int siblings,
    int attempt,
    int generation,
    long submittedMs,
    int topic,
    @Nullable About about) {

  /// Kind of an event.
  public enum Verb {
    /// The item has got as far as this record.
    AT(0),
    /// The job was taken back before it began.
    WITHDRAWN(1),
    /// An operator put a letter away. Of no job: whoever keeps the letter's job knows it.
    DISCARDED(2),
    /// An operator took a letter out again.
    REOPENED(3),
    /// A redrive will send a letter.
    QUEUED(4),
    /// A redrive has sent a letter. The record that it sent says the same to whoever keeps the job.
    REDRIVEN(5),
    /// The scheduler did not take a timer.
    REFUSED(6);

    /// In front of what is written of an event whose topic is known.
    private static final int WITH_TOPIC = 8;

    private final int code;

    Verb(int code) {
      this.code = code;
    }

    public static Verb of(int code) {
      for (var verb : VERBS) if (verb.code == code) return verb;
      throw new IllegalArgumentException("no verb: " + code);
    }
  }

  /// Texts about an item or its job, null where there is none.
  ///
  /// @param key the ordering key
  /// @param tags as the header has them
  /// @param deadline as the header has it
  /// @param history of failed attempts, as the header has it
  /// @param kind of a dead letter
  /// @param reason of a dead letter
  public record About(
      @Nullable String key,
      @Nullable String tags,
      @Nullable String deadline,
      @Nullable String history,
      @Nullable String kind,
      @Nullable String reason) {}

  /// This as what the scheduler did not take.
  ///
  /// @param target the mark of the topic where it should have gone; 0: there is none
  public ItemEvent refused(int target) {
    return new ItemEvent(
        Verb.REFUSED,
        pipeline,
        job,
        path,
        place,
        from,
        atMs,
        dueMs,
        siblings,
        attempt,
        generation,
        submittedMs,
        target,
        about);
  }

  private static final Verb[] VERBS = Verb.values();

  /// Adds it to a batch.
  public void write(CompactFormat.Out out) {
    out.number(topic == 0 ? verb.code : verb.code | Verb.WITH_TOPIC);
    if (topic != 0) out.number(topic);
    out.word(pipeline).text(job);
    out.text(path.equals(ItemHeaders.ROOT) ? null : path);
    write(place, out);
    out.number(from == null ? 0 : 1);
    if (from != null) write(from, out);
    out.number(atMs).number(dueMs).number(siblings).number(attempt).number(generation);
    out.number(submittedMs).number(about == null ? 0 : 1);
    if (about != null) {
      out.text(about.key).text(about.tags).text(about.deadline);
      out.text(about.history).text(about.kind).text(about.reason);
    }
  }

  private static void write(ItemPlace place, CompactFormat.Out out) {
    out.number(place.kind().code()).word(place.phase());
    out.number(place.partition()).number(place.offset());
  }

  private static ItemPlace readPlace(CompactFormat.In in) {
    return new ItemPlace(ItemPlace.Kind.of(in.small()), in.word(), in.small(), in.number());
  }

  public static ItemEvent read(CompactFormat.In in) {
    var code = in.small();
    var topic = (code & Verb.WITH_TOPIC) == 0 ? 0 : in.small();
    return new ItemEvent(
        Verb.of(code & ~Verb.WITH_TOPIC),
        in.word(),
        in.text(),
        Objects.requireNonNullElse(in.textOrNull(), ItemHeaders.ROOT),
        readPlace(in),
        in.number() == 0 ? null : readPlace(in),
        in.number(),
        in.number(),
        in.small(),
        in.small(),
        in.small(),
        in.number(),
        topic,
        in.number() == 0
            ? null
            : new About(
                in.textOrNull(),
                in.textOrNull(),
                in.textOrNull(),
                in.textOrNull(),
                in.textOrNull(),
                in.textOrNull()));
  }
}
