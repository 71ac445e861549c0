package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.TopicNames;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.jspecify.annotations.Nullable;

/// Records of the work's topics in, batches of events out, keyed by the partition of who keeps
/// their jobs. Owned by the thread of its task.
final class ReadingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  /// The store that has this called before each commit.
  static final String COMMITS = "reading-commits";

  private final EventReader reader;
  private final int partitions;
  private @Nullable Open open;

  /// What there is while the task runs.
  private record Open(
      ProcessorContext<byte[], byte[]> context, EventBatches batches, BeforeCommit commits) {}

  ReadingProcessor(TopicNames names, int partitions) {
    this.reader = new EventReader(names);
    this.partitions = partitions;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    var node = ((InternalProcessorContext<?, ?>) context).currentNode();
    var batches =
        new EventBatches(
            partitions,
            (partition, events, atMs) ->
                context.forward(new Record<>(new byte[] {(byte) partition}, events, atMs)));
    BeforeCommit commits = context.getStateStore(COMMITS);
    open = new Open(context, batches, commits);
    commits.call(() -> flush((InternalProcessorContext<?, ?>) context, node, batches));
  }

  /// Between two records there is no current node, and one is needed to send from; those of Kafka's
  /// stores that forward what they had cached set theirs in the same way.
  private static void flush(
      InternalProcessorContext<?, ?> context,
      ProcessorNode<?, ?, ?, ?> node,
      EventBatches batches) {
    var before = context.currentNode();
    context.setCurrentNode(node);
    try {
      batches.flush();
    } finally {
      context.setCurrentNode(before);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's types are not marked: keys and values may be null
  public void process(Record<byte[], byte[]> record) {
    if (open == null) throw new IllegalStateException("used before init");
    var from = open.context.recordMetadata().orElseThrow();
    var event =
        reader.read(
            new EventReader.Source(
                from.topic(),
                from.partition(),
                from.offset(),
                record.timestamp(),
                record.key(),
                record.value() == null,
                record.headers()));
    if (event != null) open.batches.add(event);
  }

  @Override
  public void close() {
    if (open != null) open.commits.call(null);
    open = null; // what was not sent belongs to a transaction that is aborted
  }
}
