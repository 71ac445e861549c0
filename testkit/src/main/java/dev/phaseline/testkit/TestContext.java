package dev.phaseline.testkit;

import dev.phaseline.core.OutcomeCodec;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.run.PhaseProgram;
import dev.phaseline.core.run.VersionedProgram;
import dev.phaseline.schemas.IdempotencyKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A context for calling a handler directly. Immutable; heartbeats and progress go nowhere.
///
/// ```java
/// var outcome = new Greet().handle("Ada", TestContext.of("hello", "greet", "job-1"));
/// ```
public final class TestContext implements PhaseContext {
  private record Values(
      String pipeline,
      String phase,
      String jobId,
      String path,
      int attempt,
      @Nullable String orderingKey,
      @Nullable Instant end,
      Map<String, String> tags,
      boolean compensating,
      @Nullable Duration retention,
      @Nullable Supplier<OutcomeCodec> outcomes) {
    Values {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("path does not start with '/': " + path);
      }
      if (attempt < 1) throw new IllegalArgumentException("attempt < 1: " + attempt);
      tags = Map.copyOf(tags);
    }
  }

  /// The values by name, from which every copy is made: none can take the place of another.
  private static final class Draft {
    String pipeline;
    String phase;
    String jobId;
    String path;
    int attempt;
    @Nullable String orderingKey;
    @Nullable Instant end;
    Map<String, String> tags;
    boolean compensating;
    @Nullable Duration retention;
    @Nullable Supplier<OutcomeCodec> outcomes;

    Draft(Values of) {
      pipeline = of.pipeline;
      phase = of.phase;
      jobId = of.jobId;
      path = of.path;
      attempt = of.attempt;
      orderingKey = of.orderingKey;
      end = of.end;
      tags = of.tags;
      compensating = of.compensating;
      retention = of.retention;
      outcomes = of.outcomes;
    }

    Values values() {
      return new Values(
          pipeline,
          phase,
          jobId,
          path,
          attempt,
          orderingKey,
          end,
          tags,
          compensating,
          retention,
          outcomes);
    }
  }

  private final Values values;

  private TestContext(Values values) {
    this.values = values;
  }

  @Override
  public String pipeline() {
    return values.pipeline;
  }

  @Override
  public String phase() {
    return values.phase;
  }

  @Override
  public String jobId() {
    return values.jobId;
  }

  @Override
  public String path() {
    return values.path;
  }

  @Override
  public int attempt() {
    return values.attempt;
  }

  @Override
  public Map<String, String> tags() {
    return values.tags;
  }

  /// The first attempt of a job's first item.
  public static TestContext of(String pipeline, String phase, String jobId) {
    return new TestContext(
        new Values(pipeline, phase, jobId, "/", 1, null, null, Map.of(), false, null, null));
  }

  /// The first attempt of a job's first item in a phase of this pipeline, whose codecs give its
  /// outcomes their bytes.
  ///
  /// @throws IllegalArgumentException when the pipeline has no such phase
  public static TestContext of(Pipeline pipeline, String phase, String jobId) {
    var topics = new TestTopics(pipeline.name());
    var limits = pipeline.phase(phase).options().limits();
    var setting = new PhaseProgram.Setting(limits, topics, () -> Instant.EPOCH);
    var program = VersionedProgram.of(pipeline, phase, setting);
    return of(pipeline.name(), phase, jobId).withOutcomes(program::outcomes);
  }

  TestContext withOutcomes(Supplier<OutcomeCodec> codec) {
    return with(draft -> draft.outcomes = codec);
  }

  /// This context for a phase whose topic has records for so long; null for not known.
  public TestContext withRetention(@Nullable Duration longest) {
    return with(draft -> draft.retention = longest);
  }

  /// This context for another item of the job.
  public TestContext withPath(String place) {
    return with(draft -> draft.path = place);
  }

  /// This context for another attempt.
  public TestContext withAttempt(int number) {
    return with(draft -> draft.attempt = number);
  }

  /// This context for an item with an ordering key; null for none.
  public TestContext withKey(@Nullable String orderingKey) {
    return with(draft -> draft.orderingKey = orderingKey);
  }

  /// This context for a job with a deadline; null for none.
  public TestContext withDeadline(@Nullable Instant end) {
    return with(draft -> draft.end = end);
  }

  /// This context for the phase's compensation.
  public TestContext withCompensating() {
    return with(draft -> draft.compensating = true);
  }

  /// This context for a job with these tags.
  public TestContext withTags(Map<String, String> byName) {
    return with(draft -> draft.tags = byName);
  }

  @Override
  public Optional<String> key() {
    return Optional.ofNullable(values.orderingKey);
  }

  @Override
  public Optional<Instant> deadline() {
    return Optional.ofNullable(values.end);
  }

  @Override
  public String idempotencyKey() {
    return IdempotencyKey.of(values.pipeline, values.phase, values.jobId, values.path);
  }

  @Override
  public boolean compensating() {
    return values.compensating;
  }

  @Override
  public Optional<Duration> retention() {
    return Optional.ofNullable(values.retention);
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
  public OutcomeCodec outcomes() {
    var codec = values.outcomes;
    return codec == null ? PhaseContext.super.outcomes() : codec.get();
  }

  @Override
  public System.Logger logger() {
    return System.getLogger("dev.phaseline." + values.pipeline + '.' + values.phase);
  }

  private TestContext with(Consumer<Draft> change) {
    var draft = new Draft(values);
    change.accept(draft);
    return new TestContext(draft.values());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TestContext that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "TestContext" + values.toString().substring("Values".length());
  }
}
