package dev.phaseline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.bench.contender.Journal.Event;
import dev.phaseline.bench.contender.Journal.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReactionsTest {
  private final List<Event> one = new ArrayList<>();
  private final List<Event> two = new ArrayList<>();

  private static void start(List<Event> worker, long at, long id) {
    worker.add(new Event(at, Kind.START, id));
  }

  private static void end(List<Event> worker, long at, long id) {
    worker.add(new Event(at, Kind.END, id));
  }

  private Reactions reactions() {
    return new Reactions(List.of(one, two));
  }

  @Test
  void aPauseHoldsFromTheLastStartOnAnyWorkerOn() {
    start(one, 90, 1);
    start(one, 110, 2);
    start(two, 170, 3);
    start(two, 250, 4);

    assertThat(reactions().lastStart(100, 200)).isEqualTo(170);
    assertThat(reactions().lastStart(180, 200)).as("none started after it").isEqualTo(180);
  }

  @Test
  void aResumeIsFollowedWhenTheSlowestWorkerHasStartedSomething() {
    start(one, 50, 1);
    start(one, 95, 2);
    start(two, 140, 3);

    assertThat(reactions().firstStart(90, 200)).hasValue(140);
    assertThat(reactions().firstStart(90, 139)).as("one never did").isEmpty();
  }

  @Test
  void concurrencyIsReachedWhenSoManyRunAtOnceOnEachWorker() {
    start(one, 10, 1);
    start(one, 110, 2);
    start(two, 20, 3);
    start(two, 120, 4);
    end(two, 120, 4);
    start(two, 130, 5);

    assertThat(reactions().reached(2, 90, 200)).hasValue(120);
    assertThat(reactions().reached(3, 90, 200)).isEmpty();
    assertThat(reactions().runningMax()).isEqualTo(2);
  }

  @Test
  void concurrencyHasSettledWhenNoWorkerGoesAboveItAgain() {
    start(one, 10, 1);
    start(one, 20, 2);
    end(one, 110, 1);
    start(one, 120, 3);
    end(one, 150, 2);
    start(two, 30, 4);

    assertThat(reactions().settled(1, 100, 200)).hasValue(150);
    assertThat(reactions().settled(1, 100, 140)).as("not yet").isEmpty();
    assertThat(reactions().settled(2, 100, 200)).as("never was above").hasValue(100);
  }

  @Test
  void aCancelIsFollowedWhenTheLastOfTheHandlersIsTold() {
    one.add(new Event(105, Kind.TOLD, 7));
    two.add(new Event(160, Kind.TOLD, 8));

    assertThat(reactions().told(Set.of(7L, 8L), 200)).hasValue(160);
    assertThat(reactions().told(Set.of(7L, 8L), 150)).isEmpty();
    assertThat(reactions().told(Set.of(7L, 9L), 200)).isEmpty();
  }

  @Test
  void startsOfItemsThatMustNotStartAreCounted() {
    start(one, 10, 1);
    start(two, 20, 2);
    start(two, 30, 2);

    assertThat(reactions().starts(Set.of(2L, 3L))).isEqualTo(2);
    assertThat(reactions().starts(Set.of(3L))).isZero();
  }
}
