package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// An installation with and without the example pipelines.
final class ExamplesTest {

  @Test
  void anInstallationWithoutThemSaysWhereTheyAre() {
    var without = ClassLoader.getPlatformClassLoader();
    assertThatThrownBy(() -> Examples.required(without))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("./phaseline demo");
  }

  @Test
  void aSourceTreeHasThem() {
    assertThatCode(() -> Examples.required(ExamplesTest.class.getClassLoader()))
        .doesNotThrowAnyException();
  }
}
