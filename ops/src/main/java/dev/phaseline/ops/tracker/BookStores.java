package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemPlace;
import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.accounting.LetterDecision;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.ItemHeaders;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Stores on disk of one partition.
///
/// @param jobs by pipeline and time, newest first: what a list scans
/// @param ids where the job of an id is
/// @param items all but the first of each job, by job and path
/// @param marks jobs by what is searched for, newest first, and where the item of a letter is. Jobs
///   that are done have no mark for it: most are, and the scan of `jobs` finds them; nor have those
///   that wait: `totals` says where these are
/// @param totals counts of phases, and of jobs that wait
record BookStores(
    BatchedStore jobs,
    BatchedStore ids,
    BatchedStore items,
    BatchedStore marks,
    KeyValueStore<Bytes, byte[]> totals) {
  static final String JOBS = "jobs";
  static final String IDS = "ids";
  static final String ITEMS = "items";
  static final String MARKS = "marks";
  static final String TOTALS = "totals";
  static final List<String> NAMES = List.of(JOBS, IDS, ITEMS, MARKS, TOTALS);

  private static final byte[] NOTHING = {};

  /// Account of a dead letter.
  ///
  /// @param job whose; null: the letter was not read yet, or its job is no longer kept
  /// @param path of the item
  /// @param decision what an operator said last
  /// @param untilMs letters that were written later are not meant; 0: no matter when
  /// @param phase of a letter that is counted there though its job is no longer kept; null
  ///   otherwise
  record Letter(
      @Nullable String job,
      String path,
      LetterDecision decision,
      long untilMs,
      @Nullable String phase) {

    static Letter of(String job, String path, LetterDecision decision) {
      return new Letter(job, path, decision, 0, null);
    }
  }

  /// Writes what was put since the last time.
  void write() {
    jobs.write();
    ids.write();
    items.write();
    marks.write();
  }

  /// Lists the job under a state, or no longer.
  void mark(JobBook job, WorkState state, boolean gone) {
    put(place(statePrefix(state, job.pipeline()), job), gone);
  }

  /// Lists the job under its tags, or no longer.
  void tag(JobBook job, boolean gone) {
    for (var tag : HeaderTexts.tags(job.tags()).entrySet()) {
      put(place(tagPrefix(tag.getKey(), null, job.pipeline()), job), gone);
      put(place(tagPrefix(tag.getKey(), tag.getValue(), job.pipeline()), job), gone);
    }
  }

  private void put(Bytes key, boolean gone) {
    if (gone) marks.delete(key);
    else marks.put(key, NOTHING);
  }

  static byte[] statePrefix(WorkState state, String pipeline) {
    return JobKeys.prefix("s", state.text(), pipeline);
  }

  static byte[] tagPrefix(String name, @Nullable String value, String pipeline) {
    return value == null
        ? JobKeys.prefix("n", HeaderTexts.oneLine(name), pipeline)
        : JobKeys.prefix("t", HeaderTexts.oneLine(name), HeaderTexts.oneLine(value), pipeline);
  }

  private static Bytes place(byte[] prefix, JobBook job) {
    return JobKeys.listed(prefix, job.listedMs(), job.id());
  }

  /// @param topic the mark of the letter's topic, see [TopicIds]; 0: not known
  @Nullable Letter letter(String pipeline, ItemPlace place, int topic) {
    var bytes = marks.get(letterKey(pipeline, place, topic));
    // of a version that did not know topics by their ids
    if (bytes == null && topic != 0) bytes = marks.get(letterKey(pipeline, place, 0));
    if (bytes == null) return null;
    var in = new CompactFormat.In(bytes);
    var job = in.textOrNull();
    var path = in.textOrNull();
    var decision = LetterDecision.of(in.small());
    var isWhole = in.hasMore();
    return new Letter(
        job,
        path == null ? ItemHeaders.ROOT : path,
        decision,
        isWhole ? in.number() : 0,
        isWhole ? in.textOrNull() : null);
  }

  void letter(String pipeline, ItemPlace place, int topic, @Nullable Letter letter) {
    var key = letterKey(pipeline, place, topic);
    if (letter == null) {
      marks.delete(key);
      return;
    }
    var out = new CompactFormat.Out().text(letter.job()).text(letter.path());
    out.number(letter.decision().code()).number(letter.untilMs()).text(letter.phase());
    marks.put(key, out.take());
  }

  private static Bytes letterKey(String pipeline, ItemPlace place, int topic) {
    var prefix = JobKeys.prefix("d", pipeline);
    var key =
        ByteBuffer.allocate(prefix.length + Long.BYTES + (topic == 0 ? 1 : 2) * Integer.BYTES)
            .put(prefix)
            .putInt(place.partition())
            .putLong(place.offset());
    return Bytes.wrap((topic == 0 ? key : key.putInt(topic)).array());
  }
}
