package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.PhaseRef;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Compensation of an item whose version is gone meanwhile, and compensation that goes on after a
/// redrive.
final class MigratedCompensationTest {
  private static final PhaseRef<String> RESERVE = PhaseRef.of("reserve", Codec.text());
  private static final PhaseRef<String> CHARGE = PhaseRef.of("charge", Codec.text());
  private static final PhaseRef<String> BILL = PhaseRef.of("bill", Codec.text());

  private final List<String> done = new ArrayList<>();
  private final AtomicBoolean bankIsClosed = new AtomicBoolean();

  private Outcome<String> did(String what, String payload, PhaseContext context) {
    done.add(what + " " + payload + " as " + context.key().orElse("-"));
    return Outcome.next(payload + "+" + what);
  }

  private Outcome<Object> undid(String what, String payload, PhaseContext context) {
    if (what.startsWith("charge") && bankIsClosed.get()) return Outcome.dead("the bank is closed");
    done.add("undo " + what + " " + payload + " as " + context.key().orElse("-"));
    return Outcome.done();
  }

  /// Version 1: its last phase is down until its plug-in is exchanged.
  private Pipeline first() {
    return Pipeline.named("orders")
        .phase("reserve", Codec.text(), (text, context) -> did("reserve", text, context))
        .phase("charge", Codec.text(), (text, context) -> did("charge", text, context))
        .phase("ship", Codec.text(), (_, _) -> Outcome.suspend(Duration.ofDays(1), "no courier"))
        .compensate(RESERVE, (text, context) -> undid("reserve 1", text, context))
        .compensate(CHARGE, (text, context) -> undid("charge 1", text, context))
        .build();
  }

  /// Version 2: payloads of `reserve` have changed, `charge` is called `bill`, and nothing ships.
  private Pipeline second() {
    return Pipeline.named("orders")
        .version(2)
        .phase("reserve", Codec.text(), (text, context) -> did("reserve", text, context))
        .phase("bill", Codec.text(), (text, context) -> did("bill", text, context))
        .phase(
            "ship",
            Codec.text(),
            (_, _) -> Outcome.compensate("no courier"),
            MigratedCompensationTest::once)
        .compensate(RESERVE, (text, context) -> undid("reserve 2", text, context))
        .compensate(BILL, (text, context) -> undid("charge 2", text, context))
        .migrateFrom(
            1,
            how ->
                how.payload("reserve", Codec.text(), text -> "new " + text)
                    .move("charge", "bill", Codec.text(), text -> "new " + text))
        .build();
  }

  private static PhaseOptions once(PhaseOptions options) {
    return options.withRetry(RetryPolicy.never());
  }

  private PipelineDriver atShip(Pipeline pipeline) {
    var driver = PipelineDriver.of(pipeline);
    driver.submit(Submission.of("job", "book").withKey("ada").withVersion(1));
    driver.runUntilIdle();
    assertThat(driver.pending()).extracting(PendingItem::phase).containsExactly("ship");
    done.clear();
    return driver;
  }

  /// Compensation across a migration: version 2 undoes the phases of version 1, each with the
  /// payload that its phase got, migrated; `charge` by that of `bill`, which it is called now.
  @Test
  void anItemOfAVersionThatIsGoneIsUndoneThroughTheMigration() {
    var older = atShip(first());
    var driver = older.under(second());
    driver.runUntilIdle();

    assertThat(driver.dead()).isEmpty();
    assertThat(done)
        .containsExactly("undo charge 2 new book+reserve as ada", "undo reserve 2 new book as ada");
    assertThat(driver.compensated())
        .containsExactly(new CompensatedItem("job", "/", "ship", "no courier"));
    assertThat(driver.pending()).isEmpty();
    assertThat(older.pending()).isEmpty();
    assertThat(driver.attempts("charge")).as("undone where it was done").isEqualTo(1);
    assertThat(driver.attempts("bill")).isZero();
  }

  /// With both versions on the server the migration does not apply, to compensations neither.
  @Test
  void anItemOfAVersionThatIsThereIsUndoneUnderIt() {
    var itself =
        Pipeline.named("orders")
            .phase("reserve", Codec.text(), (text, context) -> did("reserve", text, context))
            .phase("charge", Codec.text(), (text, context) -> did("charge", text, context))
            .phase("ship", Codec.text(), (_, _) -> Outcome.compensate("no courier"))
            .compensate(RESERVE, (text, context) -> undid("reserve 1", text, context))
            .compensate(CHARGE, (text, context) -> undid("charge 1", text, context))
            .build();
    var driver = atShip(first()).under(Pipeline.together(List.of(itself, second())));
    driver.runUntilIdle();

    assertThat(done)
        .containsExactly("undo charge 1 book+reserve as ada", "undo reserve 1 book as ada");
    assertThat(driver.compensated()).hasSize(1);
  }

  @Test
  void aCompensationThatFailedGoesOnAfterARedriveAndUndoesEachPhaseOnce() {
    bankIsClosed.set(true);
    var driver = atShip(first()).under(second());
    driver.runUntilIdle();
    assertThat(driver.dead())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.kind()).isEqualTo(DeadKind.COMPENSATION);
              assertThat(letter.phase()).isEqualTo("charge");
              assertThat(letter.reason()).isEqualTo("rejected: the bank is closed");
            });
    assertThat(done).isEmpty();

    driver.redrive();
    driver.runUntilIdle();
    assertThat(driver.dead()).as("still closed").hasSize(1);

    bankIsClosed.set(false);
    driver.redrive();
    driver.runUntilIdle();
    assertThat(driver.dead()).isEmpty();
    assertThat(done)
        .containsExactly("undo charge 2 new book+reserve as ada", "undo reserve 2 new book as ada");
    assertThat(driver.compensated()).hasSize(1);
    driver.redrive();
    driver.runUntilIdle();
    assertThat(driver.compensated()).as("there is no letter left").hasSize(1);
  }

  /// The letter is of version 1, and so is its payload: it is redriven under whatever is there.
  @Test
  void aLetterOfACompensationIsRedrivenUnderTheVersionThatIsThereThen() {
    bankIsClosed.set(true);
    var itself =
        Pipeline.named("orders")
            .phase("reserve", Codec.text(), (text, context) -> did("reserve", text, context))
            .phase("charge", Codec.text(), (text, context) -> did("charge", text, context))
            .phase("ship", Codec.text(), (_, _) -> Outcome.compensate("no courier"))
            .compensate(RESERVE, (text, context) -> undid("reserve 1", text, context))
            .compensate(CHARGE, (text, context) -> undid("charge 1", text, context))
            .build();
    var older = atShip(first()).under(itself);
    older.runUntilIdle();
    assertThat(older.dead()).extracting(DeadLetter::phase).containsExactly("charge");

    bankIsClosed.set(false);
    var driver = older.under(second());
    driver.redrive();
    driver.runUntilIdle();
    assertThat(done)
        .containsExactly("undo charge 2 new book+reserve as ada", "undo reserve 2 new book as ada");
    assertThat(driver.compensated()).hasSize(1);
  }

  @Test
  void aPhaseThatWasFinishedAndIsGoneCantBeUndoneAndTheLetterNamesIt() {
    var without =
        Pipeline.named("orders")
            .version(2)
            .phase("reserve", Codec.text(), (text, context) -> did("reserve", text, context))
            .phase("ship", Codec.text(), (_, _) -> Outcome.compensate("no courier"))
            .compensate(RESERVE, (text, context) -> undid("reserve 2", text, context))
            .migrateFrom(1, how -> how)
            .build();
    var driver = atShip(first()).under(without);
    driver.runUntilIdle();

    assertThat(done).as("nothing is undone in another order").isEmpty();
    assertThat(driver.dead())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.kind()).isEqualTo(DeadKind.BAD_OUTCOME);
              assertThat(letter.phase()).isEqualTo("ship");
              assertThat(letter.reason())
                  .isEqualTo(
                      "the item has finished phase 'charge' under version 1, which is not one of"
                          + " [reserve, ship]: add the plug-in of that version, or declare in a"
                          + " migration which phase it is now");
            });
    var repaired = driver.under(second());
    repaired.redrive();
    repaired.runUntilIdle();
    assertThat(repaired.compensated()).hasSize(1);
    assertThat(done).hasSize(2);
  }

  @Test
  void anItemOfAPhaseThatNoVersionHasIsNotLost() {
    var driver = atShip(first());
    var other =
        Pipeline.named("orders")
            .version(2)
            .phase("pack", Codec.text(), (_, _) -> Outcome.done())
            .build();
    assertThatThrownBy(() -> driver.under(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ship");
    assertThat(driver.pending()).hasSize(1);
  }
}
