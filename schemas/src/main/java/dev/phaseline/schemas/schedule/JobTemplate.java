package dev.phaseline.schemas.schedule;

import static dev.phaseline.schemas.schedule.ScheduleJson.bounded;

import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Job that each run submits. Texts may have placeholders, which are filled in for each run:
///
/// | placeholder | is |
/// |---|---|
/// | `${nominal}` | the nominal instant, `2026-01-31T01:00:00Z` |
/// | `${nominal.ms}` | the same in milliseconds since 1970 |
/// | `${nominal.date}` | its date in the schedule's zone, `2026-01-31` |
/// | `${nominal.time}` | its time in the schedule's zone, `2026-01-31T02:00:00+01:00` |
/// | `${schedule}` | the schedule's id |
/// | `${job}` | the job's id |
/// | `$${` | `${` itself |
///
/// Each job has two more tags: `schedule`, the schedule's id, and `nominal`, the instant.
/// Immutable.
///
/// @param pipeline the job's pipeline
/// @param phase the phase that starts the job, as a rule the pipeline's first
/// @param payload for the first phase
/// @param key the ordering key, with placeholders; null: none
/// @param options what else is said of the job
public record JobTemplate(
    String pipeline, String phase, Payload payload, @Nullable String key, JobOptions options) {
  private static final int KEY_CHARS_MAX = 1_000;

  /// Payload of a run's job.
  public sealed interface Payload {
    /// Text in UTF-8 with placeholders.
    ///
    /// @param template the text
    record Text(String template) implements Payload {}

    /// Bytes as they are, such as Avro; without placeholders.
    ///
    /// @param base64 the bytes in Base64
    record Bytes(String base64) implements Payload {
      public Bytes {
        try {
          Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
          throw new InvalidScheduleException(
              "payloadBase64", "payloadBase64 is not Base64", notBase64);
        }
      }
    }
  }

  /// Properties of a run's job.
  ///
  /// @param tags its tags, beside those of the schedule
  /// @param priority 0 (first) to 9 (last)
  /// @param timeout its deadline, counted from its submission; null: none
  public record JobOptions(Map<String, String> tags, int priority, @Nullable Duration timeout) {
    /// No tags, the default priority, no deadline.
    public static final JobOptions NONE =
        new JobOptions(Map.of(), ItemHeaders.PRIORITY_DEFAULT, null);

    public JobOptions {
      tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
      if (ItemHeaders.encodeTags(tags).length() > 3_500) {
        throw new InvalidScheduleException("tags", "tags take more than 3,500 characters");
      }
      for (var own : new String[] {"schedule", "nominal"}) {
        if (!tags.containsKey(own)) continue;
        throw new InvalidScheduleException(
            "tags", "tag '" + own + "' is set by the schedule itself; choose another name");
      }
      bounded("priority", priority, 0, 9);
      if (timeout != null && timeout.isZero()) {
        throw new InvalidScheduleException("timeout", "timeout is 0s: no job would ever start");
      }
    }
  }

  public JobTemplate {
    try {
      TopicNames.DEFAULT.phase(pipeline, phase);
    } catch (IllegalArgumentException noTopic) {
      throw new InvalidScheduleException("pipeline", String.valueOf(noTopic.getMessage()), noTopic);
    }
    if (payload instanceof Payload.Text text) Placeholders.check("payload", text.template());
    if (key != null) {
      Placeholders.check("key", key);
      bounded("key's length", key.length(), 1, KEY_CHARS_MAX);
    }
  }
}
