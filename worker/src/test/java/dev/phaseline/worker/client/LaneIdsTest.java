package dev.phaseline.worker.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LaneIdsTest {

  @Test
  void theLaneOfAProducerIsReadBackFromItsTransactionalId() {
    var lane = LaneIds.lane("acme.prod.orders.check", "node-1_a", 12);

    assertThat(LaneIds.laneOf("acme.prod.orders.check", LaneIds.producer(lane, 15))).contains(lane);
  }

  @Test
  void whatIsNotOfThisPhaseIsNobodysLane() {
    var others =
        List.of(
            "pl.orders.check",
            "pl.orders.check.",
            "pl.orders.check.w1",
            "pl.orders.check.w1.0",
            "pl.orders.check.w1.0.x",
            "pl.orders.check.w1.x.0",
            "pl.orders.check.w1.0.-1",
            "pl.orders.check.w1..0",
            "pl.orders.check..0.0",
            "pl.orders.check.w1.0.0.0",
            "pl.orders.check.more.w1.0.0",
            "pl.orders.check-more.w1.0.0",
            "pl.orders.chec.w1.0.0",
            "pl.orders.w1.0.0",
            "xpl.orders.check.w1.0.0",
            "x.pl.orders.check.w1.0.0",
            "plxorders.check.w1.0.0",
            "pl.ordersxcheck.w1.0.0",
            "pl.scheduler-7a6f-1");

    assertThat(others).allMatch(id -> LaneIds.laneOf("pl.orders.check", id).isEmpty());
  }
}
