package dev.phaseline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.bench.contender.Item;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class LoadTest {

  @Test
  void payloadSaysWhichItemItIsWhenItWasDueAndHowLongItTakes() {
    var payload = Item.encode(123_456_789_012L, -5, 60_000, 200);

    assertThat(payload).hasSize(200);
    assertThat(Item.id(payload)).isEqualTo(123_456_789_012L);
    assertThat(Item.dueNanos(payload)).isEqualTo(-5);
    assertThat(Item.waitMs(payload)).isEqualTo(60_000);
  }

  @Test
  void payloadTooSmallForItsOwnFieldsIsRefused() {
    assertThatThrownBy(() -> Item.encode(1, 0, 0, Item.BYTES_MIN - 1))
        .hasMessageContaining("payload size is not in 24..");
  }

  @Test
  void keysAreManyAndTheSameInEveryRun() {
    var load = Load.of(100_000);
    var keys = new HashSet<String>();
    for (var id = 0L; id < 100_000; id++) keys.add(load.key(id));

    assertThat(keys).hasSizeBetween(Load.KEYS * 9 / 10, Load.KEYS);
    assertThat(load.key(17)).isEqualTo(Load.of(5).key(17));
  }

  @Test
  void stragglerIsTheFirstItemAndHasItsKeyForItself() {
    var load = Load.of(100_000).withWaitMs(1).withStragglerMs(60_000);

    assertThat(load.waitMs(0)).isEqualTo(60_000);
    assertThat(load.waitMs(1)).isEqualTo(1);
    for (var id = 1L; id < 100_000; id++) {
      assertThat(load.key(id)).isNotEqualTo(load.key(0));
    }
  }
}
