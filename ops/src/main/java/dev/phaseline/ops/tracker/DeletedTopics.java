package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemStep;
import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/// The end of what was in topics that were deleted and made anew: what waited there is gone and is
/// forgotten, its dead letters are no longer to be decided about. Looks through a pipeline's jobs,
/// some at each call, when the id of a topic is not the one that is stored.
///
/// Owned by the thread of its task.
final class DeletedTopics {
  private static final int LOOKS_MAX = 5_000;

  /// Long enough that what this process knows of ids is no older than what records were marked
  /// with.
  private static final long SETTLED_MS = 15_000;

  private final BookStores stores;
  private final PhaseBooks phases;
  private final PartitionJobs books;
  private final TopicNames names;
  private final TopicIds ids;
  private final Map<String, Walk> walks = new HashMap<>();
  private int seen;

  /// A look through the jobs of a pipeline.
  private static final class Walk {
    /// By topic.
    final Map<String, Integer> marks = new HashMap<>();

    long fromMs;
    @Nullable Bytes reached;
  }

  DeletedTopics(
      BookStores stores, PhaseBooks phases, PartitionJobs books, TopicNames names, TopicIds ids) {
    this.stores = stores;
    this.phases = phases;
    this.books = books;
    this.names = names;
    this.ids = ids;
  }

  /// Removes some of what belongs to deleted topics.
  void run(long nowMs) {
    var now = ids.all();
    if (now.version() != seen) {
      now.ids().keySet().forEach(topic -> compare(topic, nowMs));
      seen = now.version();
    }
    for (var pipeline : List.copyOf(walks.keySet())) {
      var walk = walks.get(pipeline);
      if (walk != null && nowMs >= walk.fromMs && isOver(pipeline, walk)) walks.remove(pipeline);
    }
  }

  private void compare(String topic, long nowMs) {
    var isTimers = topic.equals(names.timers());
    if (!isTimers && !names.isOfPipeline(topic)) return;
    var mark = ids.markOf(topic);
    var key = key(topic);
    var stored = stores.totals().get(key);
    if (stored == null) {
      stores.totals().put(key, new CompactFormat.Out().number(mark).take());
    } else if (new CompactFormat.In(stored).number() != mark) {
      var mine = isTimers ? phases.pipelines() : List.of(pipeline(topic));
      mine.forEach(one -> begin(one, topic, mark, nowMs));
      if (mine.isEmpty()) stores.totals().put(key, new CompactFormat.Out().number(mark).take());
    }
  }

  private void begin(String pipeline, String topic, int mark, long nowMs) {
    var walk = walks.computeIfAbsent(pipeline, _ -> new Walk());
    walk.marks.put(topic, mark);
    walk.fromMs = nowMs + SETTLED_MS;
    walk.reached = null; // from the beginning, for the one that was added
  }

  private static Bytes key(String topic) {
    return Bytes.wrap(("i\0" + topic).getBytes(UTF_8));
  }

  private String pipeline(String topic) {
    var rest = topic.substring(names.namespace().length() + 1);
    return rest.substring(0, rest.indexOf('.'));
  }

  /// @return whether all jobs were looked at
  private boolean isOver(String pipeline, Walk walk) {
    books.flush();
    var prefix = JobKeys.prefix(pipeline);
    var from = walk.reached == null ? Bytes.wrap(prefix) : walk.reached;
    var found = new ArrayList<JobKeys.Listed>();
    var looks = 0;
    try (var range = stores.jobs().range(from, JobKeys.after(prefix))) {
      while (looks < LOOKS_MAX && range.hasNext()) {
        var next = range.next();
        walk.reached = next.key;
        looks++;
        var listed = JobKeys.listed(pipeline, prefix.length, next.key.get());
        if (mayHold(listed.read(next.value))) found.add(listed);
      }
    }
    for (var listed : found) {
      books.leaveGone(listed, step -> isGone(pipeline, step, walk.marks));
    }
    if (looks == LOOKS_MAX) return false;
    walk.marks.forEach(
        (topic, mark) ->
            stores.totals().put(key(topic), new CompactFormat.Out().number(mark).take()));
    return true;
  }

  private static boolean mayHold(JobBook job) {
    return !job.isEnded() || job.items(WorkState.DEAD) > 0;
  }

  private boolean isGone(String pipeline, ItemStep step, Map<String, Integer> marks) {
    var topic =
        switch (step.place().kind()) {
          case PHASE -> names.phase(pipeline, step.place().phase());
          case TIMER -> names.timers();
          case DEAD -> names.dead(pipeline);
          case DONE -> null;
        };
    var mark = topic == null ? null : marks.get(topic);
    return mark != null && step.topic() != mark;
  }
}
