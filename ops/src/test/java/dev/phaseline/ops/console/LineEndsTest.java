package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class LineEndsTest {
  @Test
  void untouchedLinesEndAsTheyDid() {
    var original = "id\tname\r\n1\tM\u00FCller\n2\tK\r3\tL\r\n";
    assertThat(LineEnds.kept(original, boxed(original))).isEqualTo(original);
    assertThat(LineEnds.kept(original, boxed(original).replace("K", "Kay")))
        .isEqualTo(original.replace("K", "Kay"));
    assertThat(LineEnds.kept(original, boxed(original).replace("1\t", "0\tA\n1\t")))
        .isEqualTo("id\tname\r\n0\tA\n1\tM\u00FCller\n2\tK\r3\tL\r\n");
    assertThat(LineEnds.kept("a\r\nb\r\n", "a\nb\nc\n")).isEqualTo("a\r\nb\r\nc\r\n");
    assertThat(LineEnds.kept("a\r\nb", "a\nb\nc")).isEqualTo("a\r\nb\r\nc");
    assertThat(LineEnds.kept("a\r\nb\r\nc\r\n", "a\nc\n")).isEqualTo("a\r\nc\r\n");
    assertThat(LineEnds.kept("a\nb", "a\nc")).isEqualTo("a\nc");
    assertThat(LineEnds.kept("a\r\n", "")).isEmpty();
  }

  @Test
  void anyTextComesBackAsItWentIn() {
    var random = new Random(7);
    for (var round = 0; round < 2_000; round++) {
      var text = new StringBuilder();
      for (var i = random.nextInt(12); i > 0; i--) {
        text.append(new String[] {"a", "b", "\r", "\n", "\r\n", ""}[random.nextInt(6)]);
      }
      var original = text.toString();
      assertThat(LineEnds.kept(original, boxed(original))).isEqualTo(original);
      var longer = LineEnds.kept(original, boxed(original) + "z");
      assertThat(longer).isEqualTo(original + "z");
    }
  }

  /// What a text box makes of it.
  private static String boxed(String text) {
    return text.replaceAll("\r\n?", "\n");
  }
}
