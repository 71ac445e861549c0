package dev.phaseline.ops.accounting;

import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.JobEnd;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Account of one job: its first item, and counts of all others. For one thread.
///
/// A job has ended when as many items ended as were made, and nothing is owed. Made are the first
/// item and all children of every item that is known to have split; any record of a child tells of
/// its siblings. What an item owes is its own first record, when only a child of its has been seen:
/// until then it is not known how many siblings it has. So whatever is not seen yet leaves either
/// an item open or a debt, and a job can't seem to have ended before it has.
public final class JobBook {
  private static final byte FORMAT = 2;

  private final String pipeline;
  private final String id;
  private final long listedMs;
  private final ItemBook root;
  private final ItemCounts counts = new ItemCounts();
  private long submittedMs;
  private long endedMs;
  private long movedMs;
  private long made = 1;
  private long debts;
  private int redrives;
  private int endings;
  private String phase = "";
  private @Nullable String key;
  private @Nullable String tags;
  private @Nullable String deadline;
  private @Nullable String error;
  private @Nullable WorkState marked;
  private boolean stored;
  private boolean changed;
  private long toldMade;
  private long toldDead;
  private @Nullable WorkState toldState;

  private JobBook(String pipeline, String id, long listedMs, ItemBook root) {
    this.pipeline = pipeline;
    this.id = id;
    this.listedMs = listedMs;
    this.root = root;
  }

  /// The account of a job that is seen for the first time, by this event of one of its items.
  public static JobBook open(ItemEvent event) {
    var listedMs = Math.max(0, event.submittedMs() > 0 ? event.submittedMs() : event.atMs());
    var job = new JobBook(event.pipeline(), event.job(), listedMs, new ItemBook());
    job.submittedMs = listedMs;
    job.movedMs = listedMs;
    job.counts.add("", WorkState.WAITING, 1); // its first item, wherever that is
    return job;
  }

  /// Takes over what a record says of the whole job.
  ///
  /// @param failure the latest failure that it tells of; null: none
  /// @return whether the job's tags have become known by it
  public boolean learn(ItemEvent event, @Nullable String failure) {
    if (event.submittedMs() > 0) submittedMs = event.submittedMs();
    redrives = Math.max(redrives, event.generation());
    var about = event.about();
    if (about == null) return false;
    if (about.key() != null && event.place().kind() != ItemPlace.Kind.DONE) key = about.key();
    if (about.deadline() != null) deadline = about.deadline();
    if (failure != null) error = failure;
    if (tags != null || about.tags() == null) return false;
    tags = about.tags();
    return true;
  }

  /// Takes in a record of one of its items.
  ///
  /// @param path the item's place in the job
  public void add(String path, ItemBook item, ItemEvent event, ItemWatch watch) {
    change(
        path,
        item,
        its -> {
          if (!its.seen() && its.children() != 0 && !isRoot(path)) debts--;
          its.add(event, watch);
        });
  }

  /// Notes that an item was split into children, as one of them reports.
  ///
  /// @param path the place of the item that was split
  /// @param event the child's
  /// @return whether this is news
  public boolean split(String path, ItemBook item, ItemEvent event, ItemWatch watch) {
    if (item.children() != 0) return false;
    change(
        path,
        item,
        its -> {
          if (!its.seen() && !isRoot(path)) debts++;
          var _ = its.split(event.siblings(), event.atMs(), watch);
        });
    made += event.siblings();
    return true;
  }

  /// Changes one of its items, and what is counted of it.
  ///
  /// @param path the item's place in the job
  public void change(String path, ItemBook item, Consumer<ItemBook> how) {
    var counted = item.seen() || item.children() != 0 || isRoot(path);
    var phaseBefore = item.phase();
    var stateBefore = item.state();
    how.accept(item);
    var itsPhase = item.phase();
    var state = item.state();
    if (counted) counts.add(phaseBefore, stateBefore, -1);
    counts.add(itsPhase, state, 1);
    if (!state.isEnded() || phase.isEmpty() || made == 1) phase = itsPhase;
  }

  private static boolean isRoot(String path) {
    return path.equals(ItemHeaders.ROOT);
  }

  /// Something happened to it at that time.
  public void moved(long atMs) {
    movedMs = Math.max(movedMs, atMs);
  }

  public String pipeline() {
    return pipeline;
  }

  public String id() {
    return id;
  }

  /// Its place in lists: when it was submitted as far as that was known when it was first seen.
  /// Never changes, so that lists are stable.
  public long listedMs() {
    return listedMs;
  }

  /// Its first item.
  public ItemBook root() {
    return root;
  }

  public long submittedMs() {
    return submittedMs;
  }

  /// The time at which its last item ended; 0 while it has not ended.
  public long endedMs() {
    return endedMs;
  }

  /// The time of its last event.
  public long movedMs() {
    return movedMs;
  }

  /// Number of items that were made.
  public long made() {
    return made;
  }

  public int redrives() {
    return redrives;
  }

  /// The phase that it has got to.
  public String phase() {
    return phase;
  }

  public @Nullable String key() {
    return key;
  }

  /// Its tags, as the header has them.
  public @Nullable String tags() {
    return tags;
  }

  /// Its deadline, as the header has it.
  public @Nullable String deadline() {
    return deadline;
  }

  /// The latest failure.
  public @Nullable String error() {
    return error;
  }

  /// The state by which a store finds it; null: by none.
  public @Nullable WorkState marked() {
    return marked;
  }

  /// Sets the state by which a store finds it; null for none.
  public void marked(@Nullable WorkState state) {
    marked = state;
  }

  /// Marks it as written to a store as it is now.
  ///
  /// @return whether this is the first time
  public boolean written() {
    var isFirst = !stored;
    stored = true;
    changed = false;
    return isFirst;
  }

  /// Marks it as changed since it was written.
  ///
  /// @return whether it was not marked before
  public boolean changed() {
    var isNews = !changed;
    changed = true;
    return isNews;
  }

  /// Whether all of its items have ended.
  public boolean isEnded() {
    return debts == 0 && counts.ended() == made;
  }

  /// Whether nothing more is to be read of it, as far as its first item and its counts tell.
  public boolean isSettled() {
    return isEnded() && (root.children() != 0 || root.isSettled());
  }

  public WorkState state() {
    if (isEnded()) {
      if (itemsDead() > 0) return WorkState.DEAD;
      if (counts.of(WorkState.COMPENSATED) > 0) return WorkState.COMPENSATED;
      return counts.of(WorkState.CANCELLED) > 0 ? WorkState.CANCELLED : WorkState.DONE;
    }
    if (counts.of(WorkState.WAITING) > 0) return WorkState.WAITING;
    if (counts.of(WorkState.RETRYING) > 0) return WorkState.RETRYING;
    return counts.of(WorkState.SCHEDULED) > 0 ? WorkState.SCHEDULED : WorkState.WAITING;
  }

  /// Whether its end is to be told: when it has one, and it is not the one that was told last. When
  /// records are read out of order, a redriven job may go from one end to the next.
  public boolean tellsEnd() {
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
  public JobEnd end() {
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
  public long itemsDead() {
    return counts.of(WorkState.DEAD) + counts.of(WorkState.DISCARDED);
  }

  /// Numbers of items by phase and state.
  public List<ItemCount> counts() {
    return counts.list();
  }

  /// Number of items in a state.
  public long items(WorkState state) {
    return counts.of(state);
  }

  /// Number of items that have ended.
  public long itemsEnded() {
    return counts.ended();
  }

  /// The account as bytes, which [#read] reads.
  public byte[] toBytes(CompactFormat.Out out) {
    out.number(FORMAT).number(state().code()).text(phase).text(key).text(tags);
    out.text(error).number(submittedMs - listedMs).number(endedMs).number(movedMs - listedMs);
    out.number(made).number(debts).number(redrives).number(endings).text(deadline);
    out.number(marked == null ? -1 : marked.code());
    out.number(toldState == null ? -1 : toldState.code()).number(toldMade).number(toldDead);
    counts.write(out);
    root.write(out);
    return out.take();
  }

  /// Whether stored bytes are a job that may match: what most searches ask about stands first, so
  /// that the others need not be read in full.
  ///
  /// @param states empty for all
  /// @param phase null for all
  /// @param key null for all
  public static boolean mayMatch(
      byte[] bytes, Set<WorkState> states, @Nullable String phase, @Nullable String key) {
    var in = new CompactFormat.In(bytes);
    checkFormat(in.number());
    var state = WorkState.of(in.small());
    if (!states.isEmpty() && !states.contains(state)) return false;
    if (phase == null && key == null) return true;
    var its = in.text();
    if (phase != null && !phase.equals(its)) return false;
    return key == null || key.equals(in.textOrNull());
  }

  /// The state of a stored job.
  public static WorkState state(byte[] bytes) {
    var in = new CompactFormat.In(bytes);
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

  /// The account in these bytes, which [#toBytes] made.
  public static JobBook read(String pipeline, String id, long listedMs, byte[] bytes) {
    var in = new CompactFormat.In(bytes);
    checkFormat(in.number());
    in.small(); // the state, for those who look no further
    var root = new ItemBook();
    var book = new JobBook(pipeline, id, listedMs, root);
    book.stored = true;
    book.phase = in.text();
    book.key = in.textOrNull();
    book.tags = in.textOrNull();
    book.error = in.textOrNull();
    book.submittedMs = listedMs + in.number();
    book.endedMs = in.number();
    book.movedMs = listedMs + in.number();
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
    book.counts.readFrom(in);
    root.readFrom(in);
    return book;
  }
}
