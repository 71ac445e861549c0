package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PipelineTest {

  @Test
  void phasesStandInTheOrderOfTheirDeclaration() {
    var pipeline = pipeline("one", "two", "three");

    assertThat(pipeline.phaseNames()).containsExactly("one", "two", "three");
    assertThat(pipeline.first().name()).isEqualTo("one");
    assertThat(pipeline.after("one").map(Phase::name)).contains("two");
    assertThat(pipeline.after("three")).isEmpty();
  }

  @Test
  void aPhaseThatIsNotThereIsRefusedWithThoseThatAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pipeline("one", "two").phase("tow"))
        .withMessageContaining("'tow'")
        .withMessageContaining("[one, two]");
  }

  @Test
  void aPipelineWithoutPhasesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pipeline.named("empty").build())
        .withMessage("pipeline 'empty' has no phase");
  }

  @Test
  void twoPhasesOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pipeline("one", "one"))
        .withMessageContaining("two phases called 'one'");
  }

  @Test
  void namesThatMeanSomethingElseAreRefused() {
    for (var reserved : Pipeline.RESERVED) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pipeline(reserved))
          .withMessageContaining("'" + reserved + "'");
    }
  }

  @Test
  void namesThatNoTopicCouldHaveAreRefusedWithTheRule() {
    for (var bad : new String[] {"", "One", "a.b", "1st", "ümlaut", "a".repeat(49), "a b"}) {
      assertThatIllegalArgumentException()
          .as("pipeline '" + bad + "'")
          .isThrownBy(() -> Pipeline.named(bad))
          .withMessageContaining("'" + bad + "'")
          .withMessageContaining("1 to 48");
      assertThatIllegalArgumentException()
          .as("phase '" + bad + "'")
          .isThrownBy(() -> pipeline(bad))
          .withMessageContaining("phase name");
    }
  }

  private static Pipeline pipeline(String... phases) {
    var builder = Pipeline.named("test");
    for (var phase : phases) {
      builder.phase(phase, Codec.text(), (line, _) -> Outcome.next(line));
    }
    return builder.build();
  }
}
