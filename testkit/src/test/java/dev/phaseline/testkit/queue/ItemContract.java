package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.ItemRefusedException;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.QueueUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Items: what is created is what is claimed, and what can't be created is refused whole.
abstract class ItemContract extends QueueFixture {
  private static final int KIB_900 = 900 * 1024;

  @Test
  void anItemIsClaimedAsItWasCreated() throws Exception {
    var id =
        queue.createItem("Grüße, 世界", ItemOptions.DEFAULT.withHeaders(Map.of("lang", "de, 中文")));
    var item = claimed(queue);
    assertThat(item.data()).isEqualTo("Grüße, 世界");
    assertThat(item.id()).isEqualTo(id);
    assertThat(item.headers()).containsExactlyEntriesOf(Map.of("lang", "de, 中文"));
    assertThat(item.deliveries()).isEqualTo(1);
    assertThat(item.created()).isBeforeOrEqualTo(item.leaseUntil());
    assertThat(item.queue()).isEqualTo(name);
  }

  @Test
  void anItemCanHaveAnIdOfItsCreator() throws Exception {
    assertThat(queue.createItem("a", ItemOptions.DEFAULT.withId("order 42/ü")))
        .isEqualTo("order 42/ü");
    assertThat(claimed(queue).id()).isEqualTo("order 42/ü");
  }

  @Test
  void newIdsAreAllDifferent() {
    var ids = queue.createItems(Collections.nCopies(100, NewItem.of("same")));
    assertThat(ids).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void twoItemsOfOneIdAreTwoItems() throws Exception {
    queue.createItem("first", ItemOptions.DEFAULT.withId("same"));
    queue.createItem("second", ItemOptions.DEFAULT.withId("same"));
    assertThat(claimed(queue, 2))
        .extracting(QueueItem::data)
        .containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void itemsOfABatchAreAllThere() throws Exception {
    var batch = IntStream.range(0, 50).mapToObj(i -> NewItem.of("item " + i)).toList();
    var ids = queue.createItems(batch);
    var items = claimed(queue, 50);
    assertThat(items).extracting(QueueItem::id).containsExactlyInAnyOrderElementsOf(ids);
    var data = items.stream().map(QueueItem::data).toList();
    var created = batch.stream().map(NewItem::data).toList();
    assertThat(data).containsExactlyInAnyOrderElementsOf(created);
    if (keepsOrder()) assertThat(data).isEqualTo(created);
  }

  @Test
  void itemsComeInAboutTheirOrder() throws Exception {
    for (var i = 0; i < 20; i++) queue.createItem("item " + i);
    var seen = new ArrayList<String>();
    for (var i = 0; i < 20; i++) seen.add(claimed(queue, Duration.ofMinutes(10)).data());
    var created = IntStream.range(0, 20).mapToObj(i -> "item " + i).toList();
    assertThat(seen).containsExactlyInAnyOrderElementsOf(created);
    if (keepsOrder()) assertThat(seen).isEqualTo(created);
  }

  @Test
  void anEmptyBatchIsNothing() throws Exception {
    assertThat(queue.createItems(List.of())).isEmpty();
    nothingIn(queue);
  }

  @Test
  void aBatchWithAnItemThatIsRefusedStoresNone() throws Exception {
    var batch = List.of(NewItem.of("good"), NewItem.of("bad \ud800"), NewItem.of("good too"));
    assertThatThrownBy(() -> queue.createItems(batch)).isInstanceOf(ItemRefusedException.class);
    nothingIn(queue);
  }

  @Test
  void dataThatCantBeEncodedIsRefusedInTheCodecsWords() throws Exception {
    var numbers = open(new Numbers());
    assertThatThrownBy(() -> numbers.createItem(-1))
        .isInstanceOf(ItemRefusedException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining("-1 is negative");
    nothingIn(queue);
  }

  @Test
  void aRegistryThatIsAwayIsNotTheItemsFailure() {
    var numbers = open(new Numbers());
    assertThatThrownBy(() -> numbers.createItem(Numbers.REGISTRY_AWAY))
        .isInstanceOf(QueueUnavailableException.class)
        .hasMessageContaining("registry is away");
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without its checks may pass
  void nullIsNoData() {
    assertThatThrownBy(() -> queue.createItem(null))
        .isInstanceOf(ItemRefusedException.class)
        .hasMessageContaining("null");
  }

  @Test
  void anItemThatIsTooBigIsRefusedWithBothSizes() throws Exception {
    assertThatThrownBy(() -> queue.createItem("x".repeat(KIB_900 + 1)))
        .isInstanceOf(ItemRefusedException.class)
        .hasMessageContaining("921,601 bytes")
        .hasMessageContaining("921,600");
    nothingIn(queue);
  }

  @Test
  void headersCountForTheSize() {
    var options = ItemOptions.DEFAULT.withHeaders(Map.of("a", "bcd"));
    var small = open(QueueOptions.DEFAULT.withItemBytesMax(10));
    small.createItem("123456", options);
    assertThatThrownBy(() -> small.createItem("1234567", options))
        .isInstanceOf(ItemRefusedException.class);
  }

  @Test
  void theLargestItemArrivesWhole() throws Exception {
    var large = "0123456789".repeat(KIB_900 / 10);
    queue.createItem(large);
    assertThat(claimed(queue).data()).isEqualTo(large);
  }

  @Test
  void anEmptyTextIsData() throws Exception {
    queue.createItem("");
    assertThat(claimed(queue).data()).isEmpty();
  }

  @Test
  void bytesArriveAsTheyAre() throws Exception {
    var all = new byte[256];
    for (var i = 0; i < 256; i++) all[i] = (byte) i;
    var raw = open(Codec.bytes());
    raw.createItem(all);
    assertThat(claimed(raw).data()).isEqualTo(all);
  }

  @Test
  void idsThatCantBeShownAreRefused() {
    for (var bad : List.of("", "a\nb", "a\u0000", "x".repeat(10_000), "\ud800")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ItemOptions.DEFAULT.withId(bad))
          .withMessageStartingWith("item id ");
    }
  }

  @Test
  void headersThatAreOursOrNoTextAreRefused() {
    for (var bad : List.of("pl-job", "", "x".repeat(101), "a\u0000")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ItemOptions.DEFAULT.withHeaders(Map.of(bad, "v")))
          .withMessageContaining("header");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ItemOptions.DEFAULT.withHeaders(Map.of("h", "\udc00")));
    var many = new HashMap<String, String>();
    for (var i = 0; i < 65; i++) many.put("h" + i, "v");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ItemOptions.DEFAULT.withHeaders(many))
        .withMessageContaining("65 headers");
  }

  @Test
  void aDelayedItemIsNotThereBeforeItsTime() throws Exception {
    queue.createItem("first");
    queue.delete(claimed(queue)); // consumers are there
    queue.createItem("later", ItemOptions.DEFAULT.withDelay(lease()));
    queue.createItem("now");
    assertThat(claimed(queue, Duration.ofMinutes(10)).data()).isEqualTo("now");
    nothingIn(queue);
    pass(lease());
    assertThat(claimed(queue).data()).isEqualTo("later");
  }

  @Test
  void delaysThatMakeNoSenseAreRefused() {
    for (var bad : List.of(Duration.ofMillis(-1), Duration.ofDays(367))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ItemOptions.DEFAULT.withDelay(bad))
          .withMessageContaining("delay " + bad);
    }
  }

  /// Text of a number; refuses negative ones, and has a number for which it needs a registry.
  static final class Numbers implements Codec<Integer> {
    static final int REGISTRY_AWAY = 99;

    @Override
    public byte[] encode(String topic, Integer value) {
      if (value < 0) throw new PayloadException(value + " is negative");
      if (value == REGISTRY_AWAY) throw new DependencyDownException("the registry is away");
      return Codec.text().encode(topic, value.toString());
    }

    @Override
    public Integer decode(String topic, byte[] bytes) {
      return Integer.valueOf(Codec.text().decode(topic, bytes));
    }
  }
}
