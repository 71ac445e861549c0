package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.DeadKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The kinds of dead letters, which core and schemas each have because neither may see the other:
/// what the worker writes by one, operators' tools read by the other.
final class DeadKindsTest {
  private static final Map<String, String> DECIDED = texts(DeadKind.values(), DeadKind::text);
  private static final Map<String, String> READ =
      texts(dev.phaseline.schemas.DeadKind.values(), dev.phaseline.schemas.DeadKind::text);

  private static <E extends Enum<E>> Map<String, String> texts(
      E[] kinds, Function<E, String> text) {
    return Arrays.stream(kinds).collect(Collectors.toMap(Enum::name, text));
  }

  @Test
  void everyKindThatCoreDecidesIsReadBySchemasAndNoOther() {
    assertThat(READ).containsExactlyInAnyOrderEntriesOf(DECIDED);
  }

  @Test
  void theTextsAreThoseOfTheWire() {
    assertThat(DECIDED.values())
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                "rejected",
                "failed",
                "timed_out",
                "undecodable",
                "bad_outcome",
                "too_big",
                "expired",
                "crashed",
                "unserved",
                "compensation"));
  }
}
