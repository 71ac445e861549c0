package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.TopicNames;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Records of the work's topics in, events out, keyed by job. Owned by the thread of its task.
final class ReadingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private final EventReader reader;
  private final Wire.Out out = new Wire.Out();
  private @Nullable ProcessorContext<byte[], byte[]> context;

  ReadingProcessor(TopicNames names) {
    this.reader = new EventReader(names);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's types are not marked: keys and values may be null
  public void process(Record<byte[], byte[]> record) {
    if (context == null) throw new IllegalStateException("used before init");
    var from = context.recordMetadata().orElseThrow();
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
    if (event == null) return;
    context.forward(
        new Record<>(event.job().getBytes(UTF_8), event.toBytes(out), record.timestamp()));
  }
}
