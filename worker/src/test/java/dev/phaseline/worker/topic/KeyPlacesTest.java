package dev.phaseline.worker.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

final class KeyPlacesTest {
  private static final int PARTITIONS = 4;
  private static final long LATER = KeyPlaces.WINDOW_NANOS;

  private final KeyPlaces places = new KeyPlaces("pl.p.one", true, 0);

  private static byte[] key(int number) {
    return ("customer-" + number).getBytes(UTF_8);
  }

  private static int place(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
  }

  private static int elsewhere(byte[] key) {
    return (place(key) + 1) % PARTITIONS;
  }

  @Test
  void keysThatAreWhereKafkaPutsThemAreNoNewsHoweverManyThereAre() {
    places.partitions(PARTITIONS);
    for (var round = 0; round < 2; round++) {
      for (var i = 0; i < 200_000; i++) places.handled(key(i), place(key(i)), true);
    }
    assertThat(places.words(1)).isEmpty();
  }

  @Test
  void aKeyFromTwoPartitionsIsToldWithBothAndWithoutItsBytes() {
    for (var i = 0; i <= KeyPlaces.SPLIT_MIN; i++) {
      assertThat(places.words(1)).isEmpty();
      places.handled(key(7), i % 2 == 0 ? 3 : 1, true);
    }
    assertThat(places.words(1))
        .startsWith("key order is not kept in pl.p.one")
        .contains("e.g. from 1 and 3")
        .doesNotContain("customer");
  }

  @Test
  void unlikeKeysFromUnlikePartitionsAreNoSplitKey() {
    for (var i = 0; i < 500_000; i++) places.handled(key(i), i % 3, true);
    assertThat(places.words(1)).isEmpty();
  }

  @Test
  void aProducerThatPlacesKeysElsewhereIsSeenFromOnePartitionToo() {
    places.partitions(PARTITIONS);
    for (var i = 1; i < KeyPlaces.MISPLACED_MIN; i++) {
      places.handled(key(7), elsewhere(key(7)), true);
    }
    assertThat(places.words(1)).isEmpty();
    places.handled(key(7), elsewhere(key(7)), true);
    places.handled(key(8), place(key(8)), true);
    assertThat(places.words(1))
        .startsWith("key order is at risk in pl.p.one: 10 of 11 keyed records are not where");
  }

  @Test
  void attemptsAfterTheFirstAreNotCountedAsRecords() {
    places.partitions(PARTITIONS);
    for (var i = 0; i < 100; i++) places.handled(key(7), elsewhere(key(7)), false);
    assertThat(places.words(1)).isEmpty();
  }

  @Test
  void nothingIsMisplacedWhilePartitionsAreNotCountedOrAnotherPartitionerIsSet() {
    var others = new KeyPlaces("pl.p.one", false, 0);
    others.partitions(PARTITIONS);
    for (var i = 0; i < 100; i++) {
      places.handled(key(i), elsewhere(key(i)), true);
      others.handled(key(i), elsewhere(key(i)), true);
    }
    assertThat(places.words(1)).isEmpty();
    assertThat(others.words(1)).isEmpty();
  }

  @Test
  void evidenceOutlastsItsWindowOnceAndIsForgottenThen() {
    places.partitions(PARTITIONS);
    for (var i = 0; i < 100; i++) places.handled(key(i), elsewhere(key(i)), true);
    assertThat(places.words(LATER)).contains("100 of 100");
    assertThat(places.words(2 * LATER - 1)).contains("100 of 100");
    assertThat(places.words(2 * LATER)).isEmpty();
  }

  @Test
  void aKeyThatMovedLongAgoIsNoSplitKey() {
    for (var i = 0; i < 10; i++) {
      places.handled(key(7), i % 2, true);
      assertThat(places.words((i + 1) * LATER)).isEmpty();
    }
  }

  @Test
  void emptyKeysAndHugeOnesAreTakenAsTheyCome() {
    places.partitions(PARTITIONS);
    for (var i = 0; i < 100; i++) {
      places.handled(new byte[0], place(new byte[0]), true);
      places.handled(new byte[1 << 16], i % 2, true);
    }
    assertThat(places.words(1)).isEmpty();
  }
}
