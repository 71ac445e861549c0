package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A cancelled job in the driver ends as it does on a broker.
final class CancelTest {
  private final List<String> seen = new ArrayList<>();

  private PipelineDriver driver() {
    return PipelineDriver.of(
        Pipeline.named("p")
            .phase(
                "split",
                Codec.text(),
                (text, _) -> {
                  seen.add("split " + text);
                  return Outcome.fanOut(List.of(text + "a", text + "b"));
                })
            .phase(
                "store",
                Codec.text(),
                (text, context) -> {
                  seen.add("store " + text);
                  return context.jobId().equals("slow")
                      ? Outcome.retryAfter(Duration.ofMinutes(1), "later")
                      : Outcome.done();
                })
            .build());
  }

  @Test
  void aCancelledJobsItemsEndWithoutBeingHandledAndOthersDoNot() {
    var driver = driver();
    driver.submit("bad", "x");
    driver.submit("good", "y");
    driver.cancel("bad");
    driver.runUntilIdle();
    assertThat(seen).containsExactly("split y", "store ya", "store yb");
    assertThat(driver.cancelled()).hasSize(1);
    assertThat(driver.pending()).isEmpty();
    assertThat(driver.done()).hasSize(2);
  }

  @Test
  void anItemThatWaitsForItsNextAttemptEndsAsCancelled() {
    var driver = driver();
    driver.submit("slow", "x");
    driver.runUntilIdle();
    assertThat(driver.pending()).hasSize(2);
    driver.cancel("slow");
    driver.runUntilIdle();
    assertThat(driver.cancelled()).hasSize(2);
    assertThat(driver.pending()).isEmpty();
    assertThat(driver.attempts("store")).isEqualTo(2);
  }
}
