package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemBook;
import dev.phaseline.ops.accounting.ItemEvent;
import dev.phaseline.ops.accounting.ItemPlace.Kind;
import dev.phaseline.ops.accounting.ItemStep;
import dev.phaseline.ops.accounting.ItemWatch;
import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.accounting.LetterDecision;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.tracker.JobKeys.Listed;
import dev.phaseline.schemas.ItemHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/// The jobs of one partition of the tracker: takes events in, keeps the stores. What it keeps in
/// memory besides is what the stores say, or will say after the next [#flush], which belongs before
/// each commit; so all of it can be thrown away with a transaction that is aborted.
///
/// Owned by the thread of its task.
final class PartitionJobs {
  /// Of jobs, and of items; what belongs together may be read that far apart. A generation is at
  /// least half of what is in memory.
  static final int CACHED = 8_000;

  private static final int ERROR_CHARS_MAX = 300;

  private final BookStores stores;
  private final PhaseBooks phases;
  private final Consumer<JobBook> ended;
  private final CompactFormat.Out out = new CompactFormat.Out();
  private final WriteBackCache<Name, JobBook> jobs;
  private final WriteBackCache<Bytes, ItemBook> items;

  /// Key of a job.
  private record Name(String id, String pipeline) {
    // Written out, because what is made for records costs a twentieth of reading an event.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Name name && id.equals(name.id) && pipeline.equals(name.pipeline);
    }

    @Override
    public int hashCode() {
      return 31 * id.hashCode() + pipeline.hashCode();
    }
  }

  /// @param cached how many jobs, and items, a generation of what is in memory has
  /// @param ended hears of each job when the last of its items has ended
  PartitionJobs(BookStores stores, PhaseBooks phases, int cached, Consumer<JobBook> ended) {
    this.stores = stores;
    this.phases = phases;
    this.ended = ended;
    this.jobs = new WriteBackCache<>(cached, (_, job) -> write(job), JobBook::isSettled);
    this.items = new WriteBackCache<>(cached, this::write, ItemBook::isSettled);
  }

  /// Writes to the stores what has changed since it was called last. What it was told before is in
  /// them then, and not earlier.
  void flush() {
    jobs.flush();
    items.flush();
    stores.write();
    phases.flush();
  }

  private void write(JobBook job) {
    if (job.written()) {
      stores.ids().put(JobKeys.id(job.id(), job.pipeline()), longBytes(job.listedMs()));
    }
    list(job, job.state());
    stores.jobs().put(key(job), job.toBytes(out));
  }

  /// Lists the job under its state; null: under none. Nearly every job waits for a while, and most
  /// that wait are not far from each other, so they are counted by the second and looked for there:
  /// a mark of each would be two entries more, and a remnant to step over.
  private void list(JobBook job, @Nullable WorkState state) {
    var wanted = state == WorkState.DONE ? null : state;
    var before = job.marked();
    if (wanted == before) return;
    if (before == WorkState.WAITING) phases.waits(job.pipeline(), job.listedMs(), -1);
    else if (before != null) stores.mark(job, before, true);
    if (wanted == WorkState.WAITING) phases.waits(job.pipeline(), job.listedMs(), 1);
    else if (wanted != null) stores.mark(job, wanted, false);
    job.marked(wanted);
  }

  private void write(Bytes key, ItemBook item) {
    item.write(out);
    stores.items().put(key, out.take());
  }

  /// Takes in what one record says.
  void add(ItemEvent event, long nowMs) {
    switch (event.verb()) {
      case AT -> at(event, nowMs);
      case WITHDRAWN -> withdraw(event, nowMs);
      case REFUSED -> refuse(event, nowMs);
      case DISCARDED -> decide(event, LetterDecision.DISCARDED, nowMs);
      case REOPENED -> decide(event, LetterDecision.OPEN, nowMs);
      case QUEUED -> decide(event, LetterDecision.QUEUED, nowMs);
      case REDRIVEN -> redriven(event, nowMs);
    }
  }

  private void at(ItemEvent event, long nowMs) {
    var watch = phases.watch(event.pipeline(), nowMs);
    if (event.place().kind() == Kind.PHASE) {
      phases.arrived(event, nowMs);
    }
    var known = job(event.pipeline(), event.job());
    var job = known == null ? open(event) : known;
    learn(job, event);
    if (!event.path().equals(ItemHeaders.ROOT) && event.siblings() > 0) {
      split(job, JobKeys.parentPath(event.path()), event, watch);
    }
    var item = item(job, event.path());
    job.add(event.path(), item, event, watch);
    keep(job, event.path(), item);
    if (event.place().kind() == Kind.DEAD) letter(job, event, watch);
    save(job, event.atMs());
  }

  private JobBook open(ItemEvent event) {
    var job = JobBook.open(event);
    phases.kept(1);
    jobs.put(name(job), job);
    return job;
  }

  private void learn(JobBook job, ItemEvent event) {
    if (job.learn(event, failure(event))) stores.tag(job, false);
  }

  private static @Nullable String failure(ItemEvent event) {
    var about = event.about();
    if (about == null) return null;
    if (about.reason() != null) return clip(about.reason());
    if (about.history() == null) return null;
    return FailedAttempts.last(about.history(), ERROR_CHARS_MAX);
  }

  /// A child tells that its parent is no more.
  private void split(JobBook job, String path, ItemEvent event, ItemWatch watch) {
    var parent = item(job, path);
    if (job.split(path, parent, event, watch)) keep(job, path, parent);
  }

  private void withdraw(ItemEvent event, long nowMs) {
    var job = job(event.pipeline(), event.job());
    if (job == null) return; // it was never submitted
    var watch = phases.watch(event.pipeline(), nowMs);
    change(job, ItemHeaders.ROOT, item -> item.withdraw(event.atMs(), watch));
    save(job, event.atMs());
  }

  private void refuse(ItemEvent event, long nowMs) {
    var known = job(event.pipeline(), event.job());
    if (known == null && event.topic() == 0) return; // of a pipeline that there is not
    var job = known == null ? open(event) : known;
    var watch = phases.watch(event.pipeline(), nowMs);
    learn(job, event);
    change(job, event.path(), item -> item.refuse(event, watch));
    save(job, event.atMs());
  }

  /// Only the owner of the letter's job applies a decision; the letter may be read after it.
  private void decide(ItemEvent event, LetterDecision decision, long nowMs) {
    var pipeline = event.pipeline();
    var place = event.place();
    var known = stores.letter(pipeline, place, event.topic());
    if (known == null || known.job() == null) {
      var phase = known == null ? null : known.phase();
      if (known != null && phase != null) {
        phases.letters(pipeline, phase, counted(decision) - counted(known.decision()));
        var more = queued(decision) - queued(known.decision());
        phases.queued(pipeline, phase, more, event.atMs(), nowMs);
      }
      stores.letter(
          pipeline,
          place,
          event.topic(),
          new BookStores.Letter(null, ItemHeaders.ROOT, decision, event.dueMs(), phase));
      return;
    }
    var job = job(pipeline, known.job());
    if (job != null && event.dueMs() > 0 && isYounger(job, known.path(), event)) return;
    stores.letter(
        pipeline, place, event.topic(), BookStores.Letter.of(known.job(), known.path(), decision));
    if (job == null) return; // no longer kept
    var watch = phases.watch(pipeline, nowMs);
    change(
        job,
        known.path(),
        item -> item.decide(place, event.topic(), decision, event.atMs(), watch));
    save(job, Math.max(job.movedMs(), Math.min(event.atMs(), nowMs)));
  }

  private static int counted(LetterDecision decision) {
    return decision == LetterDecision.OPEN ? 1 : 0;
  }

  private static int queued(LetterDecision decision) {
    return decision == LetterDecision.QUEUED ? 1 : 0;
  }

  /// Whether the letter was written too late for a decision that does not name its topic.
  private boolean isYounger(JobBook job, String path, ItemEvent event) {
    return item(job, path).steps().stream()
        .anyMatch(step -> step.place().isSameAs(event.place()) && step.enteredMs() > event.dueMs());
  }

  /// The job of most that are redriven is kept, and hears of it by the record that was sent.
  private void redriven(ItemEvent event, long nowMs) {
    var known = stores.letter(event.pipeline(), event.place(), event.topic());
    if (known == null || known.job() != null) return;
    var phase = known.phase();
    if (phase != null) {
      phases.letters(event.pipeline(), phase, -counted(known.decision()));
      var more = -queued(known.decision());
      phases.queued(event.pipeline(), phase, more, event.atMs(), nowMs);
    }
    stores.letter(event.pipeline(), event.place(), event.topic(), null);
  }

  private void letter(JobBook job, ItemEvent event, ItemWatch watch) {
    var decided = stores.letter(job.pipeline(), event.place(), event.topic());
    var isMeant = decided != null && (decided.untilMs() == 0 || event.atMs() <= decided.untilMs());
    var decision = decided != null && isMeant ? decided.decision() : LetterDecision.OPEN;
    stores.letter(
        job.pipeline(),
        event.place(),
        event.topic(),
        BookStores.Letter.of(job.id(), event.path(), decision));
    change(
        job,
        event.path(),
        item -> item.decide(event.place(), event.topic(), decision, event.atMs(), watch));
  }

  /// The topics of some records are gone: letters there are no longer to be decided about, and a
  /// job with an item that waited there is forgotten, since it can't end.
  void leaveGone(Listed at, Predicate<ItemStep> isGone) {
    var job = job(at.pipeline(), at.id());
    if (job == null) return;
    var watch = phases.watch(job.pipeline(), Long.MAX_VALUE / 2);
    var paths = new ArrayList<String>();
    paths.add(ItemHeaders.ROOT);
    var prefix = JobKeys.prefix(job.id(), job.pipeline());
    try (var range = stores.items().range(Bytes.wrap(prefix), JobKeys.after(prefix))) {
      range.forEachRemaining(next -> paths.add(JobKeys.path(next.key.get(), prefix.length)));
    }
    var lost = new boolean[1];
    for (var path : paths) {
      if (item(job, path).steps().stream().noneMatch(step -> step.isHead() && isGone.test(step))) {
        continue;
      }
      change(job, path, item -> lost[0] |= item.leaveGone(isGone, watch));
    }
    save(job, job.movedMs());
    if (!lost[0]) return;
    flush();
    forget(at);
  }

  /// Changes an item and what the job counts of it.
  private void change(JobBook job, String path, Consumer<ItemBook> how) {
    var item = item(job, path);
    job.change(path, item, how);
    keep(job, path, item);
  }

  private void keep(JobBook job, String path, ItemBook item) {
    if (path.equals(ItemHeaders.ROOT)) return; // it is kept with its job
    items.change(JobKeys.item(job.id(), job.pipeline(), path), item);
  }

  private void save(JobBook job, long atMs) {
    job.moved(atMs);
    if (job.tellsEnd()) ended.accept(job);
    if (job.changed()) jobs.change(name(job), job);
  }

  private @Nullable JobBook job(String pipeline, String id) {
    var name = new Name(id, pipeline);
    var known = jobs.get(name);
    if (known != null) return known;
    var listed = stores.ids().get(JobKeys.id(id, pipeline));
    if (listed == null) return null;
    var at = new Listed(pipeline, ByteBuffer.wrap(listed).getLong(), id);
    var bytes = stores.jobs().get(JobKeys.job(at));
    if (bytes == null) throw new IllegalStateException("job " + id + " is listed and not stored");
    var job = at.read(bytes);
    jobs.put(name, job);
    return job;
  }

  private static Name name(JobBook job) {
    return new Name(job.id(), job.pipeline());
  }

  private ItemBook item(JobBook job, String path) {
    if (path.equals(ItemHeaders.ROOT)) return job.root();
    var key = JobKeys.item(job.id(), job.pipeline(), path);
    var known = items.get(key);
    if (known != null) return known;
    var bytes = stores.items().get(key);
    var item = bytes == null ? new ItemBook() : ItemBook.read(new CompactFormat.In(bytes));
    items.put(key, item);
    return item;
  }

  /// Forgets a job and all that is kept of it. What has changed must have been written before, so
  /// that the stores have all its items.
  void forget(Listed at) {
    var job = job(at.pipeline(), at.id());
    if (job == null) return;
    var watch = phases.watch(job.pipeline(), Long.MAX_VALUE / 2);
    forget(job, job.root(), watch);
    var prefix = JobKeys.prefix(job.id(), job.pipeline());
    var gone = new ArrayList<Bytes>();
    try (var range = stores.items().range(Bytes.wrap(prefix), JobKeys.after(prefix))) {
      while (range.hasNext()) {
        var next = range.next();
        forget(job, ItemBook.read(new CompactFormat.In(next.value)), watch);
        gone.add(next.key);
      }
    }
    for (var key : gone) {
      items.remove(key);
      stores.items().delete(key);
    }
    list(job, null);
    stores.tag(job, true);
    stores.ids().delete(JobKeys.id(job.id(), job.pipeline()));
    stores.jobs().delete(key(job));
    jobs.remove(name(job));
    phases.kept(-1);
  }

  /// Ended items stay counted; an item that has not ended, and is forgotten, no longer waits.
  private void forget(JobBook job, ItemBook item, ItemWatch watch) {
    for (var step : item.steps()) {
      if (step.place().kind() == Kind.DEAD) forgetLetter(job, item, step, watch);
      if (!step.isHead()) continue;
      var isOpen = step.place().kind() == Kind.PHASE || step.place().kind() == Kind.TIMER;
      if (isOpen && item.children() == 0) watch.went(step.place(), step.enteredMs());
    }
  }

  /// A letter that waits for a decision, or for its redrive, stays counted.
  private void forgetLetter(JobBook job, ItemBook item, ItemStep step, ItemWatch watch) {
    stores.letter(job.pipeline(), step.place(), 0, null);
    var isQueued = step.isHead() && step.decision() == LetterDecision.QUEUED;
    if (step.topic() == 0) {
      if (isQueued) watch.queued(step.place(), -1, 0);
      return;
    }
    var stays = isQueued || (step.isHead() && step.isCounted() && item.children() == 0);
    stores.letter(
        job.pipeline(),
        step.place(),
        step.topic(),
        stays
            ? new BookStores.Letter(
                null, ItemHeaders.ROOT, step.decision(), 0, step.place().phase())
            : null);
  }

  private static Bytes key(JobBook job) {
    return JobKeys.job(new Listed(job.pipeline(), job.listedMs(), job.id()));
  }

  private static byte[] longBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static String clip(String text) {
    return text.length() <= ERROR_CHARS_MAX ? text : text.substring(0, ERROR_CHARS_MAX);
  }
}
