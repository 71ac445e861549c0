package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The words of a phase's condition.
final class PhaseStatusBuilderTest {
  private static String left(Map<String, Integer> byReason) {
    return PhaseStatusBuilder.left(new TreeMap<>(byReason), "add it");
  }

  @Test
  void oneAndSeveralHaveTheirWords() {
    assertThat(left(Map.of("version 1", 1))).isEqualTo("1 item waits for version 1: add it");
    assertThat(left(Map.of("version 1", 1, "version 2", 2)))
        .isEqualTo("3 items wait for version 1, and for 1 other: add it");
    assertThat(left(Map.of("version 1", 1, "version 2", 2, "version 3", 1)))
        .isEqualTo("4 items wait for version 1, and for 2 others: add it");
  }
}
