package dev.phaseline.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.phaseline.core.DeadKind;
import dev.phaseline.testkit.CompensatedItem;
import dev.phaseline.testkit.DeadLetter;
import dev.phaseline.testkit.DoneItem;
import dev.phaseline.testkit.PipelineDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The shop's saga, with services in memory.
final class ShopPipelineTest {
  private final Map<String, String> reserved = new HashMap<>();
  private final Map<String, Integer> charged = new HashMap<>();
  private final Set<String> closed = new HashSet<>();
  private final List<String> log = new ArrayList<>();
  private boolean isBankAway;

  private final class Warehouse implements Shop.Stock {
    @Override
    public void reserve(String key, String article) {
      reserved.put(key, article);
      log.add("reserve");
    }

    @Override
    public void release(String key) {
      reserved.remove(key);
      log.add("release");
    }
  }

  private final class HouseBank implements Shop.Bank {
    @Override
    public void charge(String key, String customer, int cents) {
      charged.put(key, cents);
      log.add("charge");
    }

    @Override
    public void refund(String key) {
      if (isBankAway) throw new IllegalStateException("account closed");
      charged.remove(key);
      log.add("refund");
    }
  }

  private PipelineDriver driver() {
    Shop.Courier courier =
        (_, article, company) -> {
          if (closed.contains(company)) throw new IOException(company + " is closed");
          log.add(article + " by " + company);
        };
    return PipelineDriver.of(ShopPipeline.create(new Warehouse(), new HouseBank(), courier));
  }

  private PipelineDriver played(String order) {
    var driver = driver();
    driver.submit("order-1", order);
    driver.runToTheEnd(Duration.ofHours(1));
    return driver;
  }

  @Test
  void anOrderIsReservedChargedAndShipped() {
    var driver = played("ada book 995 express");

    assertThat(driver.done())
        .extracting(DoneItem::result)
        .containsExactly(Optional.of("shipped by express"));
    assertThat(log).containsExactly("reserve", "charge", "book by express");
  }

  @Test
  void aParcelThatItsCourierDoesNotTakeGoesByPost() {
    closed.add("express");

    var driver = played("ada book 995 express");

    assertThat(driver.done())
        .extracting(DoneItem::result)
        .containsExactly(Optional.of("shipped by post"));
    assertThat(driver.attempts("ship")).as("three by express, one by post").isEqualTo(4);
  }

  @Test
  void whatNoCourierTakesIsRefundedAndThenReleased() {
    closed.addAll(List.of("express", "post"));

    var driver = played("ada book 995 express");

    assertThat(log).containsExactly("reserve", "charge", "refund", "release");
    assertThat(charged).isEmpty();
    assertThat(reserved).isEmpty();
    assertThat(driver.compensated())
        .containsExactly(
            new CompensatedItem(
                "order-1", "/", "ship", "attempt 3 of 3 failed: IOException: post is closed"));
    assertThat(driver.dead()).isEmpty();
  }

  @Test
  void aRefundThatFailsIsADeadLetterAndTheArticleStaysReserved() {
    closed.addAll(List.of("express", "post"));
    isBankAway = true;

    var driver = played("ada book 995 express");

    assertThat(driver.dead())
        .extracting(DeadLetter::kind, DeadLetter::phase)
        .containsExactly(tuple(DeadKind.COMPENSATION, "charge"));
    assertThat(reserved).hasSize(1);
  }

  @Test
  void anOrderThatIsNoneHasNothingToUndo() {
    var driver = played("ada book");

    assertThat(log).isEmpty();
    assertThat(driver.compensated()).extracting(CompensatedItem::phase).containsExactly("reserve");
  }
}
