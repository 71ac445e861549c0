package dev.phaseline.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.outbox.Published.Job;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The checker is known to see what it is for.
final class PublishedTest {
  private static final Job A = new Job("k", "a");
  private static final Job B = new Job("k", "b");
  private static final Job C = new Job("", "c");

  @Test
  void whatIsRightHasNoProblems() {
    assertThat(Published.problems(List.of(A, B, C), List.of(C, A, B))).isEmpty();
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(Published.problems(List.of(A, B), List.of(A, B, A)))
        .containsExactly("a was published again");
    assertThat(Published.problems(List.of(A, B), List.of(A))).containsExactly("b is missing");
    assertThat(Published.problems(List.of(A), List.of(A, C)))
        .containsExactly("c was never committed");
    assertThat(Published.problems(List.of(A, B, C), List.of(B, A, C)))
        .containsExactly("the order of k is [b, a], not [a, b]");
  }
}
