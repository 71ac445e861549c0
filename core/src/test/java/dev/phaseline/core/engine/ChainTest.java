package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {
  private final Attempt a = attempt(0);
  private final Attempt b = attempt(1);
  private final Attempt c = attempt(2);
  private final Chain chain = new Chain(List.of(a, b, c), () -> {});

  private static Attempt attempt(long offset) {
    var ledger = Ledgers.fresh(0);
    var queue = new Slot.KeyQueue("key");
    return new Attempt(new Slot(ledger, queue, TextItem.at(ledger.partition(), offset), null), 1);
  }

  private static AttemptResult settled() {
    return new AttemptResult.Settled(new TextSettlement("made", 1, 1));
  }

  private static AttemptResult failed() {
    return new AttemptResult.RetryAsked(Duration.ZERO, "not yet");
  }

  @Test
  void attemptsStartInTheirOrderOneAfterTheOther() {
    var ran = new ArrayList<Attempt>();
    for (var next = chain.start(0); next != null; next = chain.start(0)) {
      assertThat(chain.start(0)).as("while one runs, no other starts").isNull();
      ran.add(next);
      assertThat(chain.end(next, settled())).isTrue();
    }
    assertThat(ran).containsExactly(a, b, c);
    assertThat(chain.hasRest()).isFalse();
  }

  @Test
  void whatIsTakenBackIsAllThatHasNotStarted() {
    assertThat(chain.start(0)).isSameAs(a);
    assertThat(chain.takeBack()).containsExactly(b, c);
    assertThat(chain.takeBack()).as("once").isEmpty();
    assertThat(chain.end(a, settled())).as("what has started is not taken back").isTrue();
    assertThat(chain.start(0)).as("what was taken back does not start").isNull();
  }

  @Test
  void whatIsTakenBackBetweenTwoAttemptsDoesNotStart() {
    chain.start(0);
    chain.end(a, settled());
    assertThat(chain.takeBack()).containsExactly(b, c);
    assertThat(chain.start(0)).isNull();
  }

  @Test
  void nothingStartsBehindAFailureAndTheRestIsStillThereToBeTakenBack() {
    chain.start(0);
    assertThat(chain.end(a, failed())).isTrue();
    assertThat(chain.start(0)).isNull();
    assertThat(chain.hasRest()).as("for another runner").isFalse();
    assertThat(chain.takeBack()).containsExactly(b, c);
  }

  @Test
  void whatHasEndedIsNotGivenUp() {
    chain.start(0);
    assertThat(a.started()).isTrue();
    chain.end(a, settled());
    assertThat(a.tryGiveUp()).isFalse();
    assertThat(a.abandoned()).isFalse();
    assertThat(a.started()).as("it can't time out any more").isFalse();
    assertThat(chain.start(0)).isSameAs(b);
    assertThat(a.tryGiveUp()).as("nor may it stop its successor").isFalse();
    assertThat(b.started()).isTrue();
  }

  @Test
  void whatWasGivenUpDoesNotEndAndNothingStartsBehindIt() {
    chain.start(0);
    assertThat(a.tryGiveUp()).isTrue();
    assertThat(chain.end(a, settled())).isFalse();
    assertThat(a.abandoned()).isTrue();
    assertThat(a.timedOut()).isTrue();
    assertThat(chain.start(0)).isNull();
    assertThat(chain.takeBack()).containsExactly(b, c);
  }

  @Test
  void whatIsAbandonedHasNotTimedOutAndItsResultDoesNotCount() {
    chain.start(0);
    a.abandon();
    assertThat(a.abandoned()).isTrue();
    assertThat(a.timedOut()).isFalse();
    assertThat(chain.end(a, settled())).isFalse();
    assertThat(chain.start(0)).isNull();
  }

  @Test
  void anEndedAttemptThatIsAbandonedLateDoesNotStopWhatRunsBehindIt() {
    chain.start(0);
    chain.end(a, settled());
    chain.start(0);
    a.abandon();
    assertThat(chain.end(b, settled())).isTrue();
    assertThat(chain.start(0)).isSameAs(c);
  }

  @Test
  void whatHasNotStartedIsNotGivenUp() {
    assertThat(a.tryGiveUp()).isFalse();
    assertThat(chain.start(0)).isSameAs(a);
    assertThat(b.tryGiveUp()).isFalse();
    assertThat(chain.end(a, settled())).isTrue();
  }
}
