package dev.phaseline.schemas.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class PassedOverTest {
  private static final TopicPartition PARTITION = new TopicPartition("pl.cities.fetch", 3);

  @Test
  void aRecordThatIsReadAgainCountsOnceAndIsSaidEachTime() {
    var said = new ArrayList<Long>();
    var passed = new PassedOver((partition, offset, why) -> said.add(offset));
    assertThat(passed.skip(PARTITION, 17, "too large")).isTrue();
    assertThat(passed.skip(PARTITION, 17, "too large")).isTrue();
    assertThat(passed.count()).isEqualTo(1);
    assertThat(passed.last()).containsExactly(new PassedOver.Place(PARTITION, 17, "too large"));
    assertThat(said).containsExactly(17L, 17L);
  }

  @Test
  void allAreCountedAndOnlyTheLastAreListed() {
    var passed = new PassedOver((partition, offset, why) -> false);
    for (var offset = 0; offset < 1_000; offset++) passed.skip(PARTITION, offset, "damaged");
    assertThat(passed.count()).isEqualTo(1_000);
    assertThat(passed.last())
        .hasSize(PassedOver.LISTED_MAX)
        .last()
        .satisfies(one -> assertThat(one.offset()).isEqualTo(999));
  }
}
