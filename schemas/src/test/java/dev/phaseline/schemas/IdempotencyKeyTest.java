package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

final class IdempotencyKeyTest {
  /// Systems outside keep these keys for years: another derivation would do their work twice.
  @Test
  void keyOfAnItemIsTheSameInEveryVersion() {
    assertThat(IdempotencyKey.of("cities", "store", "job-7", "/3"))
        .isEqualTo("abbd6ee2-71f1-331f-86d4-810f8d4869b6");
  }

  @Test
  void eachPartTellsKeysApart() {
    var keys = new HashSet<String>();
    keys.add(IdempotencyKey.of("a", "b", "c", "/"));
    keys.add(IdempotencyKey.of("x", "b", "c", "/"));
    keys.add(IdempotencyKey.of("a", "x", "c", "/"));
    keys.add(IdempotencyKey.of("a", "b", "x", "/"));
    keys.add(IdempotencyKey.of("a", "b", "c", "/0"));
    assertThat(keys).hasSize(5);
  }
}
