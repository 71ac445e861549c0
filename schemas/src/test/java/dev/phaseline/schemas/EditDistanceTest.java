package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EditDistanceTest {
  @Test
  void eachSlipCountsOnceAndSoDoSwappedNeighbours() {
    assertThat(EditDistance.between("demo", "demo")).isZero();
    assertThat(EditDistance.between("", "demo")).isEqualTo(4);
    assertThat(EditDistance.between("dmeo", "demo")).isEqualTo(1);
    assertThat(EditDistance.between("demos", "demo")).isEqualTo(1);
    assertThat(EditDistance.between("deno", "demo")).isEqualTo(1);
    assertThat(EditDistance.between("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void aDistanceThatIsEnoughIsNotCountedOn() {
    assertThat(EditDistance.between("a", "abcdef", 2)).isGreaterThanOrEqualTo(2);
    assertThat(EditDistance.between("kitten", "sitting", 2)).isGreaterThanOrEqualTo(2);
    assertThat(EditDistance.between("kitten", "sitten", 2)).isEqualTo(1);
  }
}
