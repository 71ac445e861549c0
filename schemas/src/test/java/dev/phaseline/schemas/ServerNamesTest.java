package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerNamesTest {
  @Test
  void lettersDigitsHyphensAndUnderscoresAreTaken() {
    for (var name : List.of("s1", "S", "9", "a-b_c", "x".repeat(64))) {
      assertThatCode(() -> ServerNames.check("server", name)).as(name).doesNotThrowAnyException();
    }
  }

  @Test
  void anythingElseIsRefusedWithTheRule() {
    for (var name : List.of("", "-a", "_a", "a.b", "a b", "\u00e4", "x".repeat(65))) {
      assertThatIllegalArgumentException()
          .as(name)
          .isThrownBy(() -> ServerNames.check("tracker", name))
          .withMessage("tracker name '" + Clipped.of(name) + "' is not valid: " + ServerNames.RULE);
    }
  }

  @Test
  void whatReachesATerminalIsEscaped() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerNames.check("server", "a\u001b[2J"))
        .withMessageContaining("'a?[2J'");
  }
}
