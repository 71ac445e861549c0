package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DeadKind;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.queue.DeadCause;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.QueueClosedException;
import dev.phaseline.queue.QueueException;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.queue.UnknownQueueException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Beginnings and ends: of queues, of the objects that use them, and of items as dead letters.
abstract class EndContract extends LeaseContract {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void queuesThatExistAreListed() {
    assertThat(connection().names()).contains(name).isSorted();
  }

  @Test
  void creatingAQueueAgainKeepsItsItems() throws Exception {
    queue.createItem("a");
    open().create();
    assertThat(claimed(queue).data()).isEqualTo("a");
  }

  @Test
  void namesThatNoQueueCanHaveAreRefused() {
    var queues = connection();
    for (var bad : List.of("", "Upper", "with space", "a.b", "1st", "-a", "ä", "x".repeat(49))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> queues.open(bad, Codec.text()))
          .withMessageContaining("queue name '" + bad + "' is not valid");
    }
  }

  @Test
  void aQueueThatDoesNotExistIsNamed() {
    var unknown = connection().open(name + "-x", Codec.text());
    unknown(() -> unknown.createItem("a"), name + "-x");
    unknown(() -> unknown.claim(lease()), name + "-x");
    unknown(() -> unknown.claim(1, lease(), Duration.ofSeconds(20)), name + "-x");
    unknown(unknown::count, name + "-x");
    unknown(unknown::oldest, name + "-x");
    unknown(unknown::purge, name + "-x");
    unknown(unknown::deleteQueue, name + "-x");
  }

  @Test
  void aDeletedQueueIsGoneWithItsItems() throws Exception {
    queue.createItem("a");
    queue.createItem("b");
    var item = claimed(queue);
    queue.deleteQueue();
    assertThat(connection().names()).doesNotContain(name);
    unknown(() -> queue.createItem("c"), name);
    unknown(() -> open().claim(lease()), name);
    assertThatThrownBy(() -> queue.delete(item)).isInstanceOf(QueueException.class);
  }

  @Test
  void aQueueOfTheSameNameStartsEmpty() throws Exception {
    queue.createItem("old");
    queue.createItem("old too");
    var old = claimed(queue);
    open().deleteQueue();
    var successor = open();
    successor.create();
    nothingIn(successor);
    successor.createItem("new");
    assertThatThrownBy(() -> queue.delete(old)).isInstanceOf(QueueException.class);
    assertThat(claimed(successor).data()).isEqualTo("new");
  }

  @Test
  void queuesAreApart() throws Exception {
    var other = connection().open(name + "-b", Codec.text());
    other.create();
    queue.createItem("a");
    nothingIn(other);
    other.createItem("b");
    assertThat(claimed(queue).data()).isEqualTo("a");
    assertThat(claimed(other).data()).isEqualTo("b");
  }

  @Test
  void itemsAreCounted() throws Exception {
    for (var i = 0; i < 5; i++) queue.createItem("a");
    assertThat(queue.count().total()).isEqualTo(5);
    queue.delete(claimed(queue));
    claimed(queue);
    assertThat(queue.count().total()).isEqualTo(4);
  }

  @Test
  void theOldestItemIsThatWhichWasCreatedFirst() throws Exception {
    assertThat(queue.oldest()).isEmpty();
    queue.createItem("a");
    pass(Duration.ofMillis(50));
    queue.createItem("b");
    var a = claimed(queue);
    assertThat(queue.oldest()).contains(a.created());
    if (!keepsOrder()) return;
    queue.delete(a);
    var b = claimed(queue);
    assertThat(b.created()).isAfter(a.created());
    assertThat(queue.oldest()).contains(b.created());
  }

  @Test
  void purgeEmptiesTheQueueAndEndsItsClaims() throws Exception {
    for (var i = 0; i < 3; i++) queue.createItem("a");
    var item = claimed(queue);
    assertThat(open().purge()).isEqualTo(3);
    lost(() -> queue.delete(item));
    pass(lease());
    nothingIn(queue);
    queue.createItem("b");
    assertThat(claimed(queue).data()).isEqualTo("b");
  }

  @Test
  void closingGivesBackWhatWasClaimed() throws Exception {
    queue.createItem("a");
    claimed(queue, MINUTE.multipliedBy(30));
    queue.close();
    var again = claimed(open());
    assertThat(again.deliveries()).isEqualTo(2);
  }

  @Test
  void closingTouchesNoClaimOfAnother() throws Exception {
    queue.createItem("a");
    var other = open();
    var item = claimed(other);
    queue.close();
    nothingIn(open());
    other.delete(item);
  }

  @Test
  void aClosedQueueRefusesEverything() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    queue.close();
    queue.close();
    List<Consumer<JobQueue<String>>> calls =
        List.of(
            JobQueue::create,
            closed -> closed.createItem("b"),
            closed -> closed.claim(MINUTE),
            closed -> closed.extend(item, MINUTE),
            closed -> closed.delete(item),
            closed -> closed.release(item),
            closed -> closed.putBack(item, Duration.ZERO),
            closed -> closed.bury(item, DeadCause.rejected("no")),
            JobQueue::count,
            JobQueue::oldest,
            JobQueue::purge,
            JobQueue::deleteQueue);
    for (var call : calls) {
      assertThatThrownBy(() -> call.accept(queue))
          .isInstanceOf(QueueClosedException.class)
          .hasMessageContaining("'" + name + "'");
    }
  }

  @Test
  void closingTheConnectionClosesItsQueues() {
    var queues = connection();
    var one = queues.open(name, Codec.text());
    queues.close();
    queues.close();
    assertThatThrownBy(one::count).isInstanceOf(QueueClosedException.class);
    assertThatThrownBy(() -> queues.open(name, Codec.text()))
        .isInstanceOf(QueueClosedException.class);
  }

  @Test
  void anItemThatCantBeDecodedIsADeadLetterUntouched() throws Exception {
    var headers = Map.of("from", "tests");
    queue.createItem("no number", ItemOptions.DEFAULT.withId("odd").withHeaders(headers));
    queue.createItem("42");
    var numbers = open(new Numbers());
    assertThat(claimed(numbers).data()).isEqualTo(42);
    nothingIn(numbers);
    assertThat(dead(name)).hasSize(1);
    var letter = dead(name).getFirst();
    assertThat(letter.queue()).isEqualTo(name);
    assertThat(letter.item().id()).isEqualTo("odd");
    assertThat(letter.item().headers()).isEqualTo(headers);
    assertThat(letter.item().payload()).isEqualTo("no number".getBytes(StandardCharsets.UTF_8));
    assertThat(letter.cause().kind()).isEqualTo(DeadKind.UNDECODABLE);
    assertThat(letter.cause().reason()).contains("NumberFormatException").contains("no number");
    assertThat(letter.deliveries()).isEqualTo(1);
    assertThat(queue.count().total()).isEqualTo(1);
  }

  @Test
  void anItemOfWhichConsumersDieIsADeadLetter() throws Exception {
    queue.createItem("poison", ItemOptions.DEFAULT.withId("pill"));
    queue.createItem("harmless");
    var twice = open(QueueOptions.DEFAULT.withDeliveriesMax(2));
    for (var delivery = 1; delivery <= 2; delivery++) {
      var items = claimed(twice, 2);
      assertThat(items).extracting(QueueItem::deliveries).contains(delivery);
      for (var item : items) {
        if (item.id().equals("pill")) twice.release(item);
        else twice.putBack(item, Duration.ZERO);
      }
    }
    assertThat(claimed(twice).data()).isEqualTo("harmless");
    nothingIn(twice);
    assertThat(dead(name)).hasSize(1);
    var letter = dead(name).getFirst();
    assertThat(letter.item().id()).isEqualTo("pill");
    assertThat(letter.cause().kind()).isEqualTo(DeadKind.CRASHED);
    assertThat(letter.cause().reason()).contains("delivered 2 times");
  }

  @Test
  void anItemThatItsConsumerRejectsIsADeadLetter() throws Exception {
    queue.createItem("a", ItemOptions.DEFAULT.withId("bad"));
    queue.bury(claimed(queue), DeadCause.rejected("no such customer"));
    pass(lease());
    nothingIn(queue);
    assertThat(dead(name)).hasSize(1);
    var letter = dead(name).getFirst();
    assertThat(letter.item().id()).isEqualTo("bad");
    assertThat(letter.cause().kind()).isEqualTo(DeadKind.REJECTED);
    assertThat(letter.cause().reason()).isEqualTo("no such customer");
  }

  @Test
  void twoItemsOfOneIdAreTwoLetters() throws Exception {
    for (var data : List.of("first", "second")) {
      queue.createItem(data, ItemOptions.DEFAULT.withId("same"));
      queue.bury(claimed(queue), DeadCause.rejected("no"));
    }
    assertThat(dead(name))
        .extracting(letter -> new String(letter.item().payload(), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void aLostItemCantBeMadeADeadLetter() throws Exception {
    queue.createItem("a");
    var item = claimed(queue);
    pass(lease());
    lost(() -> queue.bury(item, DeadCause.rejected("late")));
    assertThat(dead(name)).isEmpty();
    assertThat(claimed(open()).id()).isEqualTo(item.id());
  }

  @Test
  void aRegistryThatIsAwayKillsNoItem() throws Exception {
    queue.createItem("a");
    var blind = open(new RegistryAway());
    for (var i = 0; i < 2 * QueueOptions.DEFAULT.deliveriesMax(); i++) {
      assertThatThrownBy(() -> blind.claim(1, MINUTE, patience()))
          .isInstanceOf(QueueUnavailableException.class)
          .hasMessageContaining("registry is away");
    }
    QueueItem<String> item = claimed(queue);
    assertThat(item.deliveries()).isEqualTo(1);
    assertThat(dead(name)).isEmpty();
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    for (var bad : List.of(0, -1, 1_001)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> QueueOptions.DEFAULT.withDeliveriesMax(bad))
          .withMessageContaining("deliveriesMax " + bad);
    }
    for (var bad : List.of(0, Integer.MIN_VALUE, (100 << 20) + 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> QueueOptions.DEFAULT.withItemBytesMax(bad))
          .withMessageContaining("itemBytesMax " + bad);
    }
  }

  private static void unknown(ThrowingCallable call, String name) {
    assertThatThrownBy(call)
        .isInstanceOf(UnknownQueueException.class)
        .hasMessageContaining("no queue '" + name + "'");
  }

  /// Text that needs a registry to be read.
  static final class RegistryAway implements Codec<String> {
    @Override
    public byte[] encode(String topic, String value) {
      return Codec.text().encode(topic, value);
    }

    @Override
    public String decode(String topic, byte[] bytes) {
      throw new DependencyDownException("the registry is away");
    }
  }
}
