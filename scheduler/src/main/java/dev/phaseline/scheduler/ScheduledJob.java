package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.scheduler.policy.Effect;
import dev.phaseline.scheduler.policy.SchedulePlan;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.schedule.JobTemplate;
import dev.phaseline.schemas.schedule.Placeholders;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Record of a run's job: the schedule's template, filled in. Immutable.
///
/// @param topic the input of the pipeline's first phase
/// @param key the ordering key; null: none
/// @param value the payload
/// @param headers id, tags, deadline, priority
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScheduledJob(String topic, byte @Nullable [] key, byte[] value, Headers headers) {

  /// The job of a run.
  static ScheduledJob of(TopicNames names, SchedulePlan plan, Effect.Submit run, Instant now) {
    var job = plan.spec().job();
    var places = new Placeholders(plan.id(), run.job(), run.nominal(), plan.instants().zone());
    var tags = new LinkedHashMap<>(job.options().tags());
    tags.put("schedule", plan.id());
    tags.put("nominal", run.nominal().toString());
    var timeout = job.options().timeout();
    var facts =
        new ItemHeaders.JobFacts(
            timeout == null ? null : now.plus(timeout),
            now,
            ItemHeaders.encodeTags(tags),
            job.options().priority());
    return new ScheduledJob(
        names.phase(job.pipeline(), job.phase()),
        job.key() == null ? null : places.fill(job.key()).getBytes(UTF_8),
        switch (job.payload()) {
          case JobTemplate.Payload.Text text -> places.fill(text.template()).getBytes(UTF_8);
          case JobTemplate.Payload.Bytes bytes -> Base64.getDecoder().decode(bytes.base64());
        },
        ItemHeaders.ofJob(run.job()).withJob(facts).toKafka());
  }

  long size() {
    return RecordSize.of(key, value, headers);
  }
}
