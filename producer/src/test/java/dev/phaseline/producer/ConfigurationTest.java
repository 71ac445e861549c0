package dev.phaseline.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.TopicNames;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Settings and requests, which are changed by copies.
final class ConfigurationTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void constructorsAreNotApi() {
    for (var type : List.of(JobClient.Settings.class, JobRequest.class)) {
      assertThat(type.getConstructors()).as(type.getSimpleName()).isEmpty();
      assertThat(type.isRecord()).as(type.getSimpleName()).isFalse();
    }
  }

  @Test
  void aCopyKeepsEveryOtherSetting() {
    var names = new TopicNames("acme");
    var clock = InstantSource.fixed(NOON);
    var trace = CallerTrace.of(OpenTelemetry.noop());
    List<UnaryOperator<JobClient.Settings>> changes =
        List.of(
            settings -> settings.withNames(names),
            settings -> settings.withLimits(1, 2),
            settings -> settings.withClock(clock),
            settings -> settings.withTrace(trace));
    for (var order : List.of(changes, changes.reversed())) {
      var settings = JobClient.Settings.DEFAULT;
      for (var change : order) settings = change.apply(settings);
      assertThat(settings.names()).isEqualTo(names);
      assertThat(settings.payloadBytesMax()).isEqualTo(1);
      assertThat(settings.recordBytesMax()).isEqualTo(2);
      assertThat(settings.clock()).isEqualTo(clock);
      assertThat(settings.trace()).isEqualTo(trace);
    }
  }

  @Test
  void aCopyKeepsEverythingElseOfARequest() {
    var parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    List<UnaryOperator<JobRequest<String>>> changes =
        List.of(
            request -> request.withKey("key"),
            request -> request.withDeadline(NOON),
            request -> request.withTag("tag", "of it"),
            request -> request.withTrace(parent, "state"),
            request -> request.notBefore(NOON.plusSeconds(1)));
    for (var order : List.of(changes, changes.reversed())) {
      var request = JobRequest.withId("id", "payload");
      for (var change : order) request = change.apply(request);
      assertThat(request.payload()).isEqualTo("payload");
      assertThat(request.id()).isEqualTo("id");
      assertThat(request.key()).isEqualTo("key");
      assertThat(request.deadline()).isEqualTo(NOON);
      assertThat(request.tags()).isEqualTo(Map.of("tag", "of it"));
      assertThat(request.trace()).isEqualTo(new JobRequest.Trace(parent, "state"));
      assertThat(request.start()).isEqualTo(new JobRequest.Start.At(NOON.plusSeconds(1)));
    }
  }
}
