package dev.phaseline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.PhaseContext;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A context for calling a handler directly. Immutable; heartbeats and progress go nowhere.
///
/// ```java
/// var outcome = new Greet().handle("Ada", TestContext.of("hello", "greet", "job-1"));
/// ```
///
/// @param pipeline the pipeline's name
/// @param phase the phase's name
/// @param jobId the job
/// @param path the item's place in its job
/// @param attempt from 1
/// @param orderingKey null for none
/// @param end the job's deadline, null for none
/// @param tags by name
public record TestContext(
    String pipeline,
    String phase,
    String jobId,
    String path,
    int attempt,
    @Nullable String orderingKey,
    @Nullable Instant end,
    Map<String, String> tags)
    implements PhaseContext {

  public TestContext {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path does not start with '/': " + path);
    }
    if (attempt < 1) throw new IllegalArgumentException("attempt < 1: " + attempt);
    tags = Map.copyOf(tags);
  }

  /// The first attempt of a job's first item.
  public static TestContext of(String pipeline, String phase, String jobId) {
    return new TestContext(pipeline, phase, jobId, "/", 1, null, null, Map.of());
  }

  /// This context for another item of the job.
  public TestContext withPath(String place) {
    return new TestContext(pipeline, phase, jobId, place, attempt, orderingKey, end, tags);
  }

  /// This context for another attempt.
  public TestContext withAttempt(int number) {
    return new TestContext(pipeline, phase, jobId, path, number, orderingKey, end, tags);
  }

  @Override
  public Optional<String> key() {
    return Optional.ofNullable(orderingKey);
  }

  @Override
  public Optional<Instant> deadline() {
    return Optional.ofNullable(end);
  }

  @Override
  public String idempotencyKey() {
    // as the worker derives it
    var name = pipeline + '\n' + phase + '\n' + jobId + '\n' + path;
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }

  @Override
  public void heartbeat() {
    // nobody waits
  }

  @Override
  public void progress(double fraction, String note) {
    // nobody watches
  }

  @Override
  public boolean abandoned() {
    return false;
  }

  @Override
  public boolean cancelled() {
    return false;
  }

  @Override
  public System.Logger logger() {
    return System.getLogger("dev.phaseline." + pipeline + '.' + phase);
  }
}
