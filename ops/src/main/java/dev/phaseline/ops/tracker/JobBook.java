package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.JobEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Account of one job: its first item, and counts of all others. For one thread.
///
/// A job has ended when as many items ended as were made, and nothing is owed. Made are the first
/// item and all children of every item that is known to have split; any record of a child tells of
/// its siblings. What an item owes is its own first record, when only a child of its has been seen:
/// until then it is not known how many siblings it has. So whatever is not seen yet leaves either
/// an item open or a debt, and a job can't seem to have ended before it has.
final class JobBook {
  private static final byte FORMAT = 2;

  final String pipeline;
  final String id;

  /// Where it stands in lists: when it was submitted as far as that was known when it was first
  /// seen. Never changes, so that lists are stable.
  final long listedMs;

  final ItemBook root;
  private final List<Tally> tallies = new ArrayList<>(2);
  long submittedMs;
  long endedMs;
  long movedMs;
  long made = 1;
  long debts;
  int redrives;
  int endings;
  String phase = "";
  @Nullable String key;
  @Nullable String tags;
  @Nullable String deadline;
  @Nullable String error;
  @Nullable WorkState marked;

  /// Whether the stores know it.
  boolean stored;

  /// Whether it is not written as it is now.
  boolean changed;

  private long toldMade;
  private long toldDead;
  private @Nullable WorkState toldState;

  /// How many items stand like this.
  private static final class Tally {
    final String phase;
    final WorkState state;
    long items;

    Tally(String phase, WorkState state) {
      this.phase = phase;
      this.state = state;
    }
  }

  JobBook(String pipeline, String id, long listedMs, ItemBook root) {
    this.pipeline = pipeline;
    this.id = id;
    this.listedMs = listedMs;
    this.root = root;
  }

  void count(String phase, WorkState state, long more) {
    for (var i = 0; i < tallies.size(); i++) {
      var tally = tallies.get(i);
      if (tally.state != state || !tally.phase.equals(phase)) continue;
      tally.items += more;
      if (tally.items == 0) tallies.remove(i);
      return;
    }
    var tally = new Tally(phase, state);
    tally.items = more;
    tallies.add(tally);
  }

  long items(WorkState state) {
    var items = 0L;
    for (var tally : tallies) if (tally.state == state) items += tally.items;
    return items;
  }

  long itemsEnded() {
    var items = 0L;
    for (var tally : tallies) if (tally.state.isEnded()) items += tally.items;
    return items;
  }

  boolean isEnded() {
    return debts == 0 && itemsEnded() == made;
  }

  /// Whether nothing more is to be read of it, as far as its first item and its counts tell.
  boolean isSettled() {
    return isEnded() && (root.children() != 0 || root.isSettled());
  }

  WorkState state() {
    if (isEnded()) {
      if (itemsDead() > 0) return WorkState.DEAD;
      return items(WorkState.CANCELLED) > 0 ? WorkState.CANCELLED : WorkState.DONE;
    }
    if (items(WorkState.WAITING) > 0) return WorkState.WAITING;
    if (items(WorkState.RETRYING) > 0) return WorkState.RETRYING;
    return items(WorkState.SCHEDULED) > 0 ? WorkState.SCHEDULED : WorkState.WAITING;
  }

  /// Whether its end is to be told: when it has one, and it is not the one that was told last. When
  /// records are read out of order, a redriven job may go from one end to the next.
  boolean tellsEnd() {
    if (!isEnded()) {
      endedMs = 0;
      toldState = null;
      return false;
    }
    var state = state();
    var dead = itemsDead();
    if (state == toldState && made == toldMade && dead == toldDead) return false;
    toldState = state;
    toldMade = made;
    toldDead = dead;
    endedMs = Math.max(1, movedMs);
    endings++;
    return true;
  }

  /// Its latest end, of a job that has one, as `<ns>.jobs` gets it.
  JobEnd end() {
    return new JobEnd(
        id,
        pipeline,
        state().text(),
        Instant.ofEpochMilli(submittedMs),
        Instant.ofEpochMilli(endedMs),
        made,
        itemsDead(),
        endings);
  }

  /// Its dead letters, those that were put away too.
  long itemsDead() {
    return items(WorkState.DEAD) + items(WorkState.DISCARDED);
  }

  List<JobStatus.Count> counts() {
    var counts = new ArrayList<JobStatus.Count>();
    for (var tally : tallies) {
      if (tally.items > 0) counts.add(new JobStatus.Count(tally.phase, tally.state, tally.items));
    }
    return counts;
  }

  byte[] toBytes(TrackerFormat.Out out) {
    out.number(FORMAT).number(state().code()).text(phase).text(key).text(tags);
    out.text(error).number(submittedMs - listedMs).number(endedMs).number(movedMs - listedMs);
    out.number(made).number(debts).number(redrives).number(endings).text(deadline);
    out.number(marked == null ? -1 : marked.code());
    out.number(toldState == null ? -1 : toldState.code()).number(toldMade).number(toldDead);
    out.number(tallies.size());
    for (var tally : tallies) {
      out.text(tally.phase).number(tally.state.code()).number(tally.items);
    }
    root.write(out);
    return out.take();
  }

  /// Whether stored bytes are a job that may match: what most searches ask about stands first, so
  /// that the others need not be read in full.
  static boolean mayMatch(JobQuery query, byte[] bytes) {
    var in = new TrackerFormat.In(bytes);
    checkFormat(in.number());
    var state = WorkState.of(in.small());
    if (!query.states().isEmpty() && !query.states().contains(state)) return false;
    if (query.phase() == null && query.key() == null) return true;
    var phase = in.text();
    if (query.phase() != null && !query.phase().equals(phase)) return false;
    return query.key() == null || query.key().equals(in.textOrNull());
  }

  /// The state of a stored job.
  static WorkState state(byte[] bytes) {
    var in = new TrackerFormat.In(bytes);
    checkFormat(in.number());
    return WorkState.of(in.small());
  }

  private static void checkFormat(long format) {
    if (format != FORMAT) {
      throw new IllegalStateException(
          "a stored job has format "
              + format
              + ", this program knows "
              + FORMAT
              + "; use the tracker that wrote it, or delete the tracker's own topics and its folder"
              + " once, and it reads everything anew");
    }
  }

  static JobBook of(JobKeys.Listed at, byte[] bytes) {
    var in = new TrackerFormat.In(bytes);
    checkFormat(in.number());
    in.small(); // the state, for those who look no further
    var root = new ItemBook();
    var book = new JobBook(at.pipeline(), at.id(), at.listedMs(), root);
    book.stored = true;
    book.phase = in.text();
    book.key = in.textOrNull();
    book.tags = in.textOrNull();
    book.error = in.textOrNull();
    book.submittedMs = at.listedMs() + in.number();
    book.endedMs = in.number();
    book.movedMs = at.listedMs() + in.number();
    book.made = in.number();
    book.debts = in.number();
    book.redrives = in.small();
    book.endings = in.small();
    book.deadline = in.textOrNull();
    var marked = in.small();
    book.marked = marked < 0 ? null : WorkState.of(marked);
    var told = in.small();
    book.toldState = told < 0 ? null : WorkState.of(told);
    book.toldMade = in.number();
    book.toldDead = in.number();
    for (var left = in.small(); left > 0; left--) {
      var tally = new Tally(in.text(), WorkState.of(in.small()));
      tally.items = in.number();
      book.tallies.add(tally);
    }
    root.readFrom(in);
    return book;
  }
}
