package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.PhaseRef;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineExtension;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Compensation in the driver, beyond the recovery contract's table: order in loops, keys, bounds,
/// deadlines.
final class CompensationTest {
  private static final PhaseRef<String> RESERVE = PhaseRef.of("reserve", Codec.text());
  private static final PhaseRef<String> CHARGE = PhaseRef.of("charge", Codec.text());
  private static final PhaseRef<String> SHIP = PhaseRef.of("ship", Codec.text());

  private final List<String> done = new ArrayList<>();

  private Outcome<String> did(
      String what, String payload, PhaseContext context, Outcome<String> then) {
    done.add(what + " " + payload + " as " + context.key().orElse("nobody"));
    return then;
  }

  private Outcome<Object> undid(String what, String payload, PhaseContext context) {
    done.add("undo " + what + " " + payload + " as " + context.key().orElse("nobody"));
    return Outcome.done();
  }

  private Pipeline.Builder<Object> pipeline() {
    return Pipeline.named("orders")
        .phase(
            RESERVE.name(),
            RESERVE.input(),
            (text, context) -> did("reserve", text, context, Outcome.next(text + "+place")))
        .phase(
            CHARGE.name(),
            CHARGE.input(),
            (text, context) -> did("charge", text, context, Outcome.next(text + "+paid")),
            text -> "key of " + text,
            options -> options)
        .phase(SHIP.name(), SHIP.input(), this::ship, CompensationTest::once)
        .compensate(RESERVE, (text, context) -> undid("reserve", text, context))
        .compensate(CHARGE, (text, context) -> undid("charge", text, context))
        .compensate(SHIP, (text, context) -> undid("ship", text, context));
  }

  private static PhaseOptions once(PhaseOptions options) {
    return options.withRetry(RetryPolicy.never());
  }

  private Outcome<Object> ship(String text, PhaseContext context) {
    var isBack = done.stream().anyMatch(line -> line.startsWith("ship "));
    done.add("ship " + text + " as " + context.key().orElse("nobody"));
    if (context.jobId().equals("back") && !isBack) return Outcome.to(RESERVE, "again");
    return Outcome.compensate("no courier\nat all");
  }

  @Test
  void finishedPhasesAreUndoneWithTheirOwnPayloadsAndKeysTheLatestFirst() {
    var driver = PipelineDriver.of(pipeline().build());
    driver.submit("job", "ada", "book");
    driver.runUntilIdle();

    assertThat(done)
        .containsExactly(
            "reserve book as ada",
            "charge book+place as key of book+place",
            "ship book+place+paid as key of book+place",
            "undo charge book+place as key of book+place",
            "undo reserve book as ada");
    assertThat(driver.compensated())
        .containsExactly(new CompensatedItem("job", "/", "ship", "no courier"));
    assertThat(driver.done()).isEmpty();
    assertThat(driver.dead()).isEmpty();
    assertThat(driver.pending()).isEmpty();
  }

  @Test
  void aPhaseThatWasFinishedTwiceIsUndoneOnceAndInItsLatestPlace() {
    var driver = PipelineDriver.of(pipeline().build());
    driver.submit("back", "book");
    driver.runUntilIdle();

    assertThat(done.stream().filter(line -> line.startsWith("undo")))
        .containsExactly(
            "undo charge again+place as key of again+place",
            "undo reserve again as key of book+place",
            "undo ship book+place+paid as key of book+place");
  }

  @Test
  void aDeadlineStopsNoCompensation() {
    var slow =
        pipeline()
            .compensate(
                CHARGE,
                (text, context) ->
                    context.attempt() == 1
                        ? Outcome.retryAfter(Duration.ofHours(2), "the bank is closed")
                        : undid("charge", text, context))
            .build();
    var driver = PipelineDriver.of(slow);
    var end = driver.clock().instant().plus(Duration.ofHours(1));
    driver.submit(Submission.of("job", "book").withDeadline(end));
    driver.runToTheEnd(Duration.ofHours(3));

    assertThat(done.getLast()).startsWith("undo reserve");
    assertThat(driver.compensated()).hasSize(1);
  }

  @Test
  void whatDoesNotFitIntoHeadersIsADeadLetterInThePhaseThatHasFinished() {
    var driver = PipelineDriver.of(pipeline().build());
    driver.submit("job", "x".repeat(40_000));
    driver.runUntilIdle();

    assertThat(driver.dead()).hasSize(1);
    var letter = driver.dead().getFirst();
    assertThat(letter.kind()).isEqualTo(DeadKind.TOO_BIG);
    assertThat(letter.phase()).isEqualTo("reserve");
    assertThat(letter.reason())
        .isEqualTo(
            "keys and payloads of the finished phases that have a compensation take 53348"
                + " characters in base64, the limit is 49152");
  }

  @Test
  void anExtensionReplacesACompensationAndTakesOneAway() {
    var extension =
        PipelineExtension.of("other", "orders")
            .<String>compensate("charge", (text, context) -> undid("other", text, context))
            .compensate("reserve", null)
            .build();
    var driver = PipelineDriver.of(extension.over(pipeline().build()));
    driver.submit("job", "book");
    driver.runUntilIdle();

    assertThat(done.stream().filter(line -> line.startsWith("undo")))
        .containsExactly("undo other book+place as key of book+place");
  }
}
