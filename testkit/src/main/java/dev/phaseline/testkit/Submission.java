package dev.phaseline.testkit;

import dev.phaseline.schemas.ItemVersion;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job as its submitter hands it in. Immutable.
///
/// @param jobId not empty
/// @param payload what the first phase receives
/// @param key the ordering key; when null, the first phase's `keyBy` says, and without one the job
///   is not ordered
/// @param deadline when the job must have ended; null for never
/// @param tags by name
/// @param version the version of the pipeline; 0 for none, which means the newest
public record Submission(
    String jobId,
    Object payload,
    @Nullable String key,
    @Nullable Instant deadline,
    Map<String, String> tags,
    int version) {

  public Submission {
    if (jobId.isEmpty()) throw new IllegalArgumentException("job id is empty");
    if (version != ItemVersion.UNNAMED) ItemVersion.check(version);
    tags = Map.copyOf(tags);
  }

  /// A job with an id and a payload and nothing else.
  public static Submission of(String jobId, Object payload) {
    return new Submission(jobId, payload, null, null, Map.of(), ItemVersion.UNNAMED);
  }

  /// This job with an ordering key.
  public Submission withKey(String orderingKey) {
    return new Submission(jobId, payload, orderingKey, deadline, tags, version);
  }

  /// This job with a deadline.
  public Submission withDeadline(Instant end) {
    return new Submission(jobId, payload, key, end, tags, version);
  }

  /// This job with these tags.
  public Submission withTags(Map<String, String> all) {
    return new Submission(jobId, payload, key, deadline, all, version);
  }

  /// This job under a version of the pipeline.
  ///
  /// @throws IllegalArgumentException when it is not in 1..1,000,000
  public Submission withVersion(int number) {
    ItemVersion.check(number);
    return new Submission(jobId, payload, key, deadline, tags, number);
  }
}
