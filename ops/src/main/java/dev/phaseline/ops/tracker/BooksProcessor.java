package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Events in, stores kept, the end of each job out. Owned by the thread of its task.
final class BooksProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  /// The store that has this called before each commit.
  static final String COMMITS = "books-commits";

  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

  private final TopicNames names;
  private final Setting setting;
  private @Nullable PartitionJobs books;
  private @Nullable BeforeCommit beforeCommit;
  private int partition = -1;

  /// Dependencies common to all tasks of a tracker.
  ///
  /// @param retention how long jobs are kept
  /// @param partitions how many tasks there are, in all trackers
  /// @param clock what time it is
  /// @param phases counts by partition, for those who ask
  /// @param ids of topics
  record Setting(
      Retention retention,
      int partitions,
      InstantSource clock,
      Map<Integer, PhaseBooks> phases,
      TopicIds ids) {}

  BooksProcessor(TopicNames names, Setting setting) {
    this.names = names;
    this.setting = setting;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    var stores =
        new BookStores(
            new BatchedStore(context.getStateStore(BookStores.JOBS)),
            new BatchedStore(context.getStateStore(BookStores.IDS)),
            new BatchedStore(context.getStateStore(BookStores.ITEMS)),
            new BatchedStore(context.getStateStore(BookStores.MARKS)),
            context.getStateStore(BookStores.TOTALS));
    var phases = new PhaseBooks(stores.totals());
    var made =
        new PartitionJobs(
            stores,
            phases,
            PartitionJobs.CACHED,
            job ->
                context.forward(
                    new Record<>(job.id().getBytes(UTF_8), job.end().toBytes(), job.endedMs())));
    var jobsMax = Math.max(1, setting.retention().jobsMax() / setting.partitions());
    var sweep = new RetentionSweep(stores, phases, made, setting.retention(), jobsMax);
    var gone = new DeletedTopics(stores, phases, made, names, setting.ids());
    context.schedule(
        SWEEP_EVERY,
        PunctuationType.WALL_CLOCK_TIME,
        _ -> {
          var nowMs = setting.clock().millis();
          gone.run(nowMs);
          sweep.run(nowMs);
        });
    BeforeCommit commits = context.getStateStore(COMMITS);
    commits.call(made::flush);
    beforeCommit = commits;
    partition = context.taskId().partition();
    setting.phases().put(partition, phases);
    books = made;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    var present = books;
    if (present == null) throw new IllegalStateException("used before init");
    var nowMs = setting.clock().millis();
    EventBatches.read(record.value(), event -> present.add(event, nowMs));
  }

  @Override
  public void close() {
    setting.phases().remove(partition);
    if (beforeCommit != null) beforeCommit.call(null);
    books = null; // what was not written belongs to a transaction that is aborted
  }
}
