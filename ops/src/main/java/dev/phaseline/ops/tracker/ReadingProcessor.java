package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final TopicIds ids;
  private final Map<String, List<Source>> sources = new HashMap<>();
  private final int partitions;
  private @Nullable Open open;

  /// Resources of a running task.
  private record Open(
      ProcessorContext<byte[], byte[]> context, EventBatches batches, BeforeCommit commits) {}

  /// A partition, and which topic of its name it is of. What is read in one go is of one; one that
  /// was made anew begins with a smaller offset.
  private static final class Source {
    int mark;
    long next;
  }

  ReadingProcessor(TopicNames names, int partitions, TopicIds ids) {
    this.reader = new EventReader(names, ids::markOf);
    this.ids = ids;
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
                record.headers(),
                mark(from.topic(), from.partition(), from.offset())));
    if (event != null) open.batches.add(event);
  }

  private int mark(String topic, int partition, long offset) {
    var ofTopic = sources.computeIfAbsent(topic, _ -> new ArrayList<>());
    while (ofTopic.size() <= partition) ofTopic.add(new Source());
    var source = ofTopic.get(partition);
    if (source.mark == 0 || offset < source.next) source.mark = ids.markOf(topic);
    source.next = offset + 1;
    return source.mark;
  }

  @Override
  public void close() {
    if (open != null) open.commits.call(null);
    open = null; // what was not sent belongs to a transaction that is aborted
  }
}
