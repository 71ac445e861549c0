package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.FailureHandler;
import dev.phaseline.core.ItemFailure;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.PhaseRef;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineExtension;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What failure handlers are asked and what their answers lead to, beyond the recovery contract's
/// table: which of two handlers decides, what they see, and bounds.
final class FailureHandlerTest {
  private static final PhaseRef<String> PACK = PhaseRef.of("pack", Codec.text());
  private static final PhaseRef<String> SHIP = PhaseRef.of("ship", Codec.text());

  private final List<ItemFailure<?>> failures = new ArrayList<>();

  private static PhaseOptions twice(PhaseOptions options) {
    return options.withRetry(RetryPolicy.DEFAULT.withAttemptsMax(2));
  }

  private Pipeline.Builder<String> pipeline() {
    return Pipeline.named("parcels")
        .phase(
            PACK.name(),
            PACK.input(),
            (text, _) -> {
              if (text.equals("broken")) throw new IllegalStateException("can't be packed");
              return Outcome.next(text);
            },
            FailureHandlerTest::twice)
        .phase(
            SHIP.name(),
            SHIP.input(),
            (text, context) -> {
              if (text.equals("by post")) return Outcome.next(text);
              throw new IllegalStateException("no courier, attempt " + context.attempt());
            },
            FailureHandlerTest::twice)
        .result(Codec.text());
  }

  private <I> FailureHandler<I> answering(Outcome<?> answer) {
    return (failure, _) -> {
      failures.add(failure);
      return answer;
    };
  }

  private static PipelineDriver played(Pipeline pipeline, String payload) {
    var driver = PipelineDriver.of(pipeline);
    driver.submit("job", payload);
    driver.runToTheEnd(Duration.ofHours(1));
    return driver;
  }

  @Test
  void itSeesTheFailureWithItsHistoryAndThePayload() {
    var driver =
        played(
            pipeline().onFailure(SHIP, answering(Outcome.to(SHIP, "by post"))).build(), "by air");

    assertThat(driver.done()).extracting(DoneItem::result).containsExactly(Optional.of("by post"));
    assertThat(failures).hasSize(1);
    var failure = failures.getFirst();
    assertThat(failure.kind()).isEqualTo(DeadKind.FAILED);
    assertThat(failure.reason())
        .isEqualTo("attempt 2 of 2 failed: IllegalStateException: no courier, attempt 2");
    assertThat((Object) failure.payload().orElseThrow()).isEqualTo("by air");
    assertThat(failure.history())
        .extracting(
            attempt -> attempt.attempt() + " " + attempt.error().orElse("") + attempt.message())
        .containsExactly(
            "1 java.lang.IllegalStateExceptionno courier, attempt 1",
            "2 java.lang.IllegalStateExceptionno courier, attempt 2");
    assertThat(failure.last()).hasValue(failure.history().getLast());
    assertThat(failure.reroutes()).isZero();
  }

  @Test
  void aPhasesOwnHandlerGoesBeforeThatOfThePipeline() {
    var pipeline =
        pipeline()
            .onFailure(answering(Outcome.done("by the pipeline's")))
            .onFailure(SHIP, (_, _) -> Outcome.done("by its own"))
            .build();

    assertThat(played(pipeline, "by air").done().getFirst().result()).hasValue("by its own");
    assertThat(failures).isEmpty();
    assertThat(played(pipeline, "broken").done().getFirst().result()).hasValue("by the pipeline's");
    assertThat(failures).hasSize(1);
  }

  @Test
  void anItemThatGoesBackForEverIsDeadAfterAHundredTimes() {
    var driver =
        played(pipeline().onFailure(answering(Outcome.to(PACK, "by air"))).build(), "by air");

    assertThat(failures).hasSize(ItemFailure.REROUTES_MAX + 1);
    assertThat(failures.getLast().reroutes()).isEqualTo(ItemFailure.REROUTES_MAX);
    assertThat(driver.dead()).hasSize(1);
    assertThat(driver.dead().getFirst().kind()).isEqualTo(DeadKind.FAILED);
    assertThat(driver.dead().getFirst().reason())
        .startsWith("attempt 2 of 2 failed: ")
        .endsWith(
            "its failure handler failed: it has sent the item to a phase 100 times, the most");
  }

  @Test
  void anExtensionReplacesHandlersAndTakesThemAway() {
    var parent =
        pipeline()
            .onFailure(answering(Outcome.done("by the pipeline's")))
            .onFailure(SHIP, (_, _) -> Outcome.done("by its own"))
            .build();
    var without = PipelineExtension.of("a", "parcels").onFailure("ship", null).build();
    var other =
        PipelineExtension.of("b", "parcels")
            .onFailure("ship", (_, _) -> Outcome.done("by the extension's"))
            .build();
    var none = PipelineExtension.of("c", "parcels").onFailure("ship", null).onFailure(null).build();

    assertThat(played(without.over(parent), "by air").done().getFirst().result())
        .hasValue("by the pipeline's");
    assertThat(played(other.over(parent), "by air").done().getFirst().result())
        .hasValue("by the extension's");
    assertThat(played(none.over(parent), "by air").dead()).hasSize(1);
  }

  @Test
  void aHandlerOfAPhaseThatThereIsNotIsRefusedAtOnce() {
    var builder = pipeline();
    var nowhere = PhaseRef.of("nowhere", Codec.text());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.onFailure(nowhere, (_, _) -> Outcome.done()))
        .withMessage(
            "pipeline 'parcels' has no phase 'nowhere' so far; add the phase before its failure"
                + " handler and its compensation");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.compensate(nowhere, (_, _) -> Outcome.done()))
        .withMessageContaining("'nowhere'");
  }
}
