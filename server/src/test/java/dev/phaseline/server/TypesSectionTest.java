package dev.phaseline.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Types that a server file makes of others: whatever is a value can be another one.
final class TypesSectionTest {
  private static final Pipeline CITIES =
      Pipeline.named("cities")
          .phase("fetch", Codec.text(), (line, _) -> Outcome.next(line))
          .phase(
              "store",
              Codec.text(),
              (line, _) -> Outcome.next(line),
              options -> options.withTimeout(Duration.ofMinutes(3)))
          .phase("archive", Codec.text(), (line, _) -> Outcome.next(line))
          .build();

  @TempDir private Path folder;

  private List<PipelineExtension> types(String yaml) throws IOException {
    var file = Files.writeString(folder.resolve("server.yaml"), yaml);
    return ServerFile.read(file).types().extensions();
  }

  private void refused(String yaml, String... words) {
    assertThatThrownBy(() -> types(yaml))
        .isInstanceOf(ServerConfigException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void everyValueOfEveryPhaseCanBeAnother() throws IOException {
    var types =
        types(
            """
            types:
              cities-fast:
                extends: cities
                version: 2
                drop: [archive]
                phases:
                  fetch: {concurrency: auto}
                  store:
                    concurrency: 64
                    ordering: unordered
                    retry: {attempts: 3, delayMax: 2m, inPlaceMax: 0s, totalMax: 2d}
                    failures: {afterInPlace: dead_letter, leaveLaneAfter: 500ms, outageKeys: 0}
                    limits: {payloadBytes: 1000, inFlightItems: 50}
            """);

    var made = types.getFirst().over(CITIES);

    assertThat(made.name()).isEqualTo("cities-fast");
    assertThat(made.version()).isEqualTo(2);
    assertThat(made.phaseNames()).containsExactly("fetch", "store");
    assertThat(made.phase("fetch").options().autoConcurrency()).isTrue();
    var store = made.phase("store").options();
    assertThat(store.concurrency()).isEqualTo(64);
    assertThat(store.ordering()).isEqualTo(Ordering.UNORDERED);
    assertThat(store.timeout()).as("the parent's").isEqualTo(Duration.ofMinutes(3));
    assertThat(store.retry().attemptsMax()).isEqualTo(3);
    assertThat(store.retry().delayMin()).as("the parent's").isEqualTo(Duration.ofMillis(100));
    assertThat(store.retry().delayMax()).isEqualTo(Duration.ofMinutes(2));
    assertThat(store.retry().inPlaceMax()).isZero();
    assertThat(store.retry().totalMax()).isEqualTo(Duration.ofDays(2));
    assertThat(store.failures().afterInPlace()).isEqualTo(FailureOptions.AfterInPlace.DEAD_LETTER);
    assertThat(store.failures().leaveLaneAfter()).isEqualTo(Duration.ofMillis(500));
    assertThat(store.failures().outage().isOn()).isFalse();
    assertThat(store.limits().payloadBytesMax()).isEqualTo(1000);
    assertThat(store.limits().inFlightItemsMax()).isEqualTo(50);
    assertThat(store.limits().fanOutMax()).as("the parent's").isEqualTo(1_000_000);
  }

  @Test
  void whatCanNotBeUsedIsNamedWithItsLineAndTheRemedy() {
    refused("types: [a]\n", "line 1: types must be names of new pipelines");
    refused("types:\n  fast: {}\n", "line 2: types.fast extends nothing: add extends: PIPELINE");
    refused("types:\n  fast: {extends: fast}\n", "types.fast", "extends itself");
    refused("types:\n  Fast: {extends: a}\n", "types.Fast", "'Fast' is not valid");
    refused("types: {fast: {extend: a}}\n", "unknown key 'types.fast.extend'", "extends");
    refused("types: {fast: {extends: a, drop: archive}}\n", "types.fast.drop must be a list");
    refused(
        "types: {fast: {extends: a, phases: {b: {handler: X}}}}\n",
        "unknown key 'types.fast.phases.b.handler'");
    refused(
        "types:\n  fast:\n    extends: a\n    phases:\n      b: {ordering: fifo}\n",
        "line 5",
        "ordering must be one of [key, unordered, partition], not 'fifo'");
    refused(
        "types: {fast: {extends: a, phases: {b: {retry: {delayMin: soon}}}}}\n",
        "retry.delayMin must be a time like 250ms",
        "'soon'");
    refused(
        "types: {fast: {extends: a, phases: {b: {retry: {attempts: 0}}}}}\n",
        "retry.attempts must be a whole number from 1, not '0'");
  }
}
