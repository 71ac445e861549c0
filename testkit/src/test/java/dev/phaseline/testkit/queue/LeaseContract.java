package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.LeaseLostException;
import dev.phaseline.queue.NewItem;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Claims: one consumer at a time has an item, until the item ends or the lease does; and what an
/// ended claim calls touches nothing.
abstract class LeaseContract extends ItemContract {

  @Test
  void aClaimedItemIsHandedOutToNoOther() throws Exception {
    queue.createItem("a");
    claimed(queue);
    nothingIn(queue);
    nothingIn(open());
  }

  @Test
  void anEmptyQueueGivesNothing() throws Exception {
    nothingIn(queue);
    assertThat(queue.claim(lease())).isEmpty();
  }

  @Test
  void aClaimGivesNoMoreThanItWasAskedFor() throws Exception {
    queue.createItems(Collections.nCopies(5, NewItem.of("a")));
    assertThat(queue.claim(2, lease(), patience())).hasSizeBetween(1, 2);
  }

  @Test
  void anItemIsAvailableAgainWhenItsLeaseEnds() throws Exception {
    var id = queue.createItem("a");
    claimed(queue);
    pass(lease());
    var again = claimed(open());
    assertThat(again.id()).isEqualTo(id);
    assertThat(again.data()).isEqualTo("a");
    assertThat(again.deliveries()).isEqualTo(2);
  }

  @Test
  void theFormerHolderCanClaimItAgainToo() throws Exception {
    queue.createItem("a");
    var first = claimed(queue);
    pass(lease());
    var second = claimed(queue);
    assertThat(second.deliveries()).isEqualTo(2);
    lost(() -> queue.delete(first));
    queue.delete(second);
  }

  @Test
  void anExtendedLeaseHoldsOn() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    var end = queue.extend(item, lease().multipliedBy(3));
    assertThat(item.leaseUntil()).isEqualTo(end);
    pass(lease());
    nothingIn(open());
    queue.delete(item);
  }

  @Test
  void aLeaseCanBeShortened() throws Exception {
    queue.createItem("a");
    var item = claimed(queue, lease().multipliedBy(20));
    queue.extend(item, lease());
    pass(lease());
    assertThat(claimed(open()).deliveries()).isEqualTo(2);
  }

  @Test
  void aLostLeaseCantBeExtended() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    pass(lease());
    lost(() -> queue.extend(item, lease()));
    claimed(open());
    lost(() -> queue.extend(item, lease()));
  }

  @Test
  void aDeleteAfterTheLeaseSaysSoAndRemovesNothing() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    pass(lease());
    assertThatThrownBy(() -> queue.delete(item))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining(item.id())
        .hasMessageContaining(name);
    assertThat(claimed(open()).id()).isEqualTo(item.id());
  }

  @Test
  void nothingThatTheFormerHolderCallsTouchesTheClaimOfAnother() throws Exception {
    queue.createItem("a");
    var former = claimed(queue);
    pass(lease());
    var other = open();
    var current = claimed(other, Duration.ofMinutes(10));
    lost(() -> queue.delete(former));
    lost(() -> queue.release(former));
    lost(() -> queue.release(former, Duration.ofSeconds(1)));
    lost(() -> queue.putBack(former, Duration.ZERO));
    nothingIn(queue);
    other.delete(current);
    nothingIn(queue);
  }

  @Test
  void aDeletedItemIsGone() throws Exception {
    queue.createItem("a");
    queue.delete(claimed(queue));
    pass(lease());
    nothingIn(queue);
    assertThat(queue.oldest()).isEmpty();
  }

  @Test
  void aSecondDeleteSaysSo() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    queue.delete(item);
    lost(() -> queue.delete(item));
    lost(() -> queue.release(item));
    lost(() -> queue.extend(item, lease()));
  }

  @Test
  void manyItemsAreDeletedTogetherAndTheLostOneIsNamed() throws Exception {
    queue.createItems(Collections.nCopies(5, NewItem.of("a")));
    var items = claimed(queue, 5);
    var gone = items.get(2);
    queue.delete(gone);
    assertThatThrownBy(() -> queue.deleteAll(items))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining(gone.id());
    assertThat(queue.count().total()).isZero();
    queue.deleteAll(List.of());
  }

  @Test
  void aReleasedItemIsAvailableAtOnce() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    queue.release(item);
    assertThat(claimed(open()).deliveries()).isEqualTo(2);
    lost(() -> queue.delete(item));
  }

  @Test
  void anItemReleasedWithADelayIsAvailableAfterIt() throws Exception {
    var id = queue.createItem("a", ItemOptions.DEFAULT.withHeaders(Map.of("h", "v")));
    queue.release(claimed(queue), lease());
    nothingIn(queue);
    pass(lease());
    var again = claimed(open());
    assertThat(again.id()).isEqualTo(id);
    assertThat(again.deliveries()).isEqualTo(2);
    assertThat(again.headers()).containsEntry("h", "v");
  }

  @Test
  void deliveriesAreCountedOverReleasesAndLostLeases() throws Exception {
    queue.createItem("a");
    queue.release(claimed(queue));
    queue.release(claimed(queue), lease());
    pass(lease());
    assertThat(claimed(queue).deliveries()).isEqualTo(3);
    pass(lease());
    assertThat(claimed(queue).deliveries()).isEqualTo(4);
  }

  @Test
  void anItemThatIsPutBackWasNotDelivered() throws Exception {
    queue.createItem("a");
    queue.putBack(claimed(queue), Duration.ZERO);
    assertThat(claimed(queue).deliveries()).isEqualTo(1);
  }

  @Test
  void anItemPutBackWithADelayIsAvailableAfterIt() throws Exception {
    var id = queue.createItem("a");
    queue.release(claimed(queue));
    queue.putBack(claimed(queue), lease());
    nothingIn(queue);
    pass(lease());
    var again = claimed(queue);
    assertThat(again.id()).isEqualTo(id);
    assertThat(again.deliveries()).isEqualTo(2);
  }

  @Test
  void itemsOfAnotherQueueAreRefusedAndNothingChanges() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    var other = connection().open(name + "-b", Codec.text());
    other.create();
    foreign(() -> other.delete(item), "claimed from queue '" + name + "'");
    foreign(() -> other.release(item), "not from this one of queue '" + name + "-b'");
    foreign(() -> other.extend(item, lease()), item.id());
    queue.delete(item);
  }

  @Test
  void itemsOfAnotherConsumerAreRefused() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    var other = open();
    foreign(() -> other.delete(item), "another object of queue '" + name + "'");
    queue.delete(item);
  }

  @Test
  void leasesThatMakeNoSenseAreRefused() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    for (var bad :
        List.of(
            Duration.ZERO, Duration.ofMillis(99), Duration.ofSeconds(-5), Duration.ofDays(365))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> queue.claim(bad))
          .withMessage(
              "lease "
                  + bad
                  + " is not valid: use PT0.1S to PT12H; extend the lease for longer work");
      assertThatIllegalArgumentException().isThrownBy(() -> queue.extend(item, bad));
    }
    queue.delete(item);
  }

  @Test
  void numbersAndWaitsThatMakeNoSenseAreRefused() {
    for (var bad : List.of(0, -1, 1_001)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> queue.claim(bad, lease(), Duration.ZERO))
          .withMessageContaining("max " + bad);
    }
    for (var bad : List.of(Duration.ofNanos(-1), Duration.ofHours(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> queue.claim(1, lease(), bad))
          .withMessageContaining("wait " + bad);
    }
  }

  @Test
  void delaysOfReleasesAreChecked() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> queue.release(item, Duration.ofSeconds(-1)))
        .withMessageContaining("delay");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> queue.putBack(item, Duration.ofDays(1_000)));
    queue.delete(item);
  }

  /// Refusal of an item that another than its holder gives back.
  private static void foreign(Runnable call, String words) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(words);
  }

  static void lost(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(LeaseLostException.class);
  }
}
