package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.schedule.ScheduleIds;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Copies the ends of scheduled jobs to the partition of their schedule. It looks at keys alone:
/// most ends are of other jobs. Owned by the thread of its task.
final class JobEndRouter implements Processor<byte[], byte[], byte[], byte[]> {
  private @Nullable ProcessorContext<byte[], byte[]> context;

  @Override
  public void init(ProcessorContext<byte[], byte[]> ofTask) {
    context = ofTask;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka gives null for null, but its types are not marked
  public void process(Record<byte[], byte[]> record) {
    var key = record.key();
    if (key == null || context == null || key.length > 4 * ScheduleIds.CHARS_MAX) return;
    var schedule = ScheduleIds.scheduleOf(new String(key, UTF_8));
    if (schedule.isEmpty()) return;
    context.forward(record.withKey(schedule.get().getBytes(UTF_8)));
  }
}
