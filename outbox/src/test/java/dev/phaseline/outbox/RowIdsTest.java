package dev.phaseline.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class RowIdsTest {
  @Test
  void idsThatFollowEachOtherAreARange() {
    var ids = List.of(17L, 19L, 20L, 21L, 24L, Long.MAX_VALUE - 1);
    assertThat(RowIds.text(ids)).isEqualTo("17,19-21,24,9223372036854775806");
    assertThat(RowIds.read(RowIds.text(ids))).isEqualTo(ids);
    assertThat(RowIds.read(RowIds.text(List.of()))).isEmpty();
  }

  @Test
  void aWholeBatchIsShort() {
    var ids = LongStream.range(1_000_000, 1_010_000).boxed().toList();
    assertThat(RowIds.text(ids)).isEqualTo("1000000-1009999");
    assertThat(RowIds.read("1000000-1009999")).isEqualTo(ids);
  }

  @Test
  void whatIsNoListIsRefused() {
    for (var text : List.of("x", "1,", "3-1", "1-1000000", "1-9223372036854775807", "1--2")) {
      assertThatThrownBy(() -> RowIds.read(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
