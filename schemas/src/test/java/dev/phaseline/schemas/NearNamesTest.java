package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearNamesTest {
  private static final List<String> PHASES = List.of("fetch", "normalize", "store");

  @Test
  void findsSlipsOfTheFingerNearestFirst() {
    assertThat(NearNames.of("fecth", PHASES)).containsExactly("fetch");
    assertThat(NearNames.of("normalise", PHASES)).containsExactly("normalize");
    assertThat(NearNames.of("STORE", PHASES)).containsExactly("store");
    assertThat(NearNames.of("stor", List.of("story", "store", "stow")))
        .containsExactly("store", "story", "stow");
  }

  @Test
  void findsWhatWasOnlyBegun() {
    assertThat(NearNames.of("norm", PHASES)).containsExactly("normalize");
  }

  @Test
  void saysNothingAboutSomethingElse() {
    assertThat(NearNames.of("xyzzy", PHASES)).isEmpty();
    assertThat(NearNames.remedy("xyzzy", PHASES)).isEqualTo("there are: fetch, normalize, store");
    assertThat(NearNames.remedy("xyzzy", List.of())).isEqualTo("there are none");
  }
}
