package dev.phaseline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.Migration;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Jobs of several versions of one pipeline in one driver: each ends under its own, is migrated, or
/// waits.
final class VersionsTest {
  /// Version 1 takes a city's name; its second phase is called clean.
  private static final Pipeline FIRST =
      Pipeline.named("cities")
          .phase("fetch", Codec.text(), (name, _) -> Outcome.next(name + " fetched by 1"))
          .phase("clean", Codec.text(), (line, _) -> Outcome.next(line + ", cleaned by 1"))
          .result(Codec.text())
          .build();

  /// Version 2 takes a number, and has another second phase.
  private static final Codec<Integer> NUMBER =
      new Codec<>() {
        @Override
        public byte[] encode(String topic, Integer value) {
          return ("#" + value).getBytes(UTF_8);
        }

        @Override
        public Integer decode(String topic, byte[] bytes) {
          return Integer.valueOf(new String(bytes, UTF_8).substring(1));
        }
      };

  private static Pipeline second(UnaryOperator<Migration.Builder> from1) {
    return Pipeline.named("cities")
        .version(2)
        .phase("fetch", NUMBER, (id, _) -> Outcome.next(id + " fetched by 2"))
        .phase("check", Codec.text(), (line, _) -> Outcome.next(line + ", checked by 2"))
        .result(Codec.text())
        .migrateFrom(1, from1)
        .build();
  }

  private static List<Object> results(PipelineDriver driver) {
    return driver.done().stream().map(one -> one.result().orElseThrow()).toList();
  }

  @Test
  void eachJobEndsUnderTheVersionThatItWasSubmittedUnder() {
    var both = Pipeline.together(List.of(FIRST, second(how -> how)));
    var driver = PipelineDriver.of(both);

    driver.submit(Submission.of("old", "Bonn").withVersion(1));
    driver.submit(Submission.of("new", 7).withVersion(2));
    driver.submit("unnamed", 8);
    driver.runUntilIdle();

    assertThat(driver.dead()).isEmpty();
    assertThat(results(driver))
        .containsExactlyInAnyOrder(
            "7 fetched by 2, checked by 2",
            "8 fetched by 2, checked by 2",
            "Bonn fetched by 1, cleaned by 1");
  }

  @Test
  void itemsOfAnOlderVersionAreMigratedWhereItIsGone() {
    var driver =
        PipelineDriver.of(
            second(
                how ->
                    how.payload("fetch", Codec.text(), String::length)
                        .move("clean", "check", Codec.text(), line -> "once " + line)));

    driver.submitBytes("at-the-first", "fetch", "Bonn".getBytes(UTF_8), 1);
    driver.runUntilIdle();

    assertThat(results(driver)).containsExactly("4 fetched by 2, checked by 2");
  }

  @Test
  void anItemGoesOnFromAPhaseThatIsGone() {
    var old =
        Pipeline.named("cities")
            .phase("fetch", Codec.text(), (name, _) -> Outcome.next(name))
            .phase("clean", Codec.text(), (name, _) -> Outcome.suspend(Duration.ofDays(1), "down"))
            .build();
    var between = PipelineDriver.of(old);
    between.submit("job", "Bonn");
    between.runUntilIdle();
    assertThat(between.pending()).extracting(PendingItem::phase).containsExactly("clean");

    // the same bytes, as they lie in the topic of clean
    var driver =
        PipelineDriver.of(
            second(how -> how.move("clean", "check", Codec.text(), line -> "once " + line)));
    driver.submitBytes("job", "clean", "Bonn".getBytes(UTF_8), 1);
    driver.runUntilIdle();

    assertThat(driver.dead()).isEmpty();
    assertThat(results(driver)).containsExactly("once Bonn, checked by 2");
    assertThat(driver.forwarded("check")).hasSize(1);
  }

  @Test
  void aMigrationThatThrowsMakesADeadLetterThatNamesIt() {
    var driver =
        PipelineDriver.of(
            second(
                how ->
                    how.payload(
                        "fetch",
                        Codec.text(),
                        line -> {
                          throw new IllegalStateException("no number for " + line);
                        })));

    driver.submitBytes("job", "fetch", "Bonn".getBytes(UTF_8), 1);
    driver.submitBytes("of-a-key", "fetch", "Ulm".getBytes(UTF_8), 1);
    driver.runUntilIdle();

    assertThat(driver.dead()).hasSize(2);
    assertThat(driver.dead().getFirst().kind()).isEqualTo(DeadKind.UNDECODABLE);
    assertThat(driver.dead().getFirst().reason())
        .isEqualTo(
            "the migration of pipeline 'cities' from version 1 to 2 failed:"
                + " java.lang.IllegalStateException: no number for Bonn");
  }

  @SuppressWarnings("NullAway") // as code does that is not null-marked
  private static Object lost(String line) {
    return null;
  }

  @Test
  void aMigrationToNothingAndToAnotherTypeAreTheItemsFailure() {
    var nothing =
        PipelineDriver.of(second(how -> how.payload("fetch", Codec.text(), VersionsTest::lost)));
    nothing.submitBytes("job", "fetch", "Bonn".getBytes(UTF_8), 1);
    nothing.runUntilIdle();
    assertThat(nothing.dead())
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).endsWith("made nothing of the payload"));

    var other = PipelineDriver.of(second(how -> how.payload("fetch", Codec.text(), line -> line)));
    other.submitBytes("job", "fetch", "Bonn".getBytes(UTF_8), 1);
    other.runToTheEnd(Duration.ofDays(2));
    assertThat(other.dead())
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).contains("ClassCastException"));
  }

  /// What is behind it with its key waits too; others go on. After a day it is a dead letter.
  @Test
  void anItemOfAVersionThatIsNotThereWaitsForADayWithItsKey() {
    var seen = new ArrayList<String>();
    var pipeline =
        Pipeline.named("cities")
            .phase(
                "fetch",
                Codec.text(),
                (name, _) -> {
                  seen.add(name);
                  return Outcome.done();
                })
            .build();
    var driver = PipelineDriver.of(pipeline);
    driver.submit(Submission.of("new", "of 3").withKey("k").withVersion(3));
    driver.submit(Submission.of("behind", "behind").withKey("k").withVersion(1));
    driver.submit(Submission.of("other", "other").withKey("o").withVersion(1));
    driver.runUntilIdle();

    assertThat(seen).containsExactly("other");
    assertThat(driver.pending())
        .extracting(PendingItem::jobId, PendingItem::attempt)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("new", 1),
            org.assertj.core.groups.Tuple.tuple("behind", 1));
    assertThat(driver.attempts("fetch")).isEqualTo(1);

    driver.advance(Duration.ofDays(1));
    assertThat(driver.pending()).isEmpty();
    assertThat(seen).containsExactly("other", "behind");
    assertThat(driver.dead())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.kind()).isEqualTo(DeadKind.UNSERVED);
              assertThat(letter.reason())
                  .isEqualTo(
                      "waited for PT24H for version 3 of pipeline 'cities', of which this process"
                          + " has version 1");
            });
  }
}
