package dev.phaseline.examples.cities;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class SlugTest {
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  static boolean isSlug(String text) {
    return SLUG.matcher(text).matches();
  }

  @Test
  void marksAndWholeLettersAreWrittenInAscii() {
    assertThat(Slug.of("Zürich (Kreis 11) / Oerlikon")).isEqualTo("zurich-kreis-11-oerlikon");
    assertThat(Slug.of("Łódź")).isEqualTo("lodz");
    assertThat(Slug.of("Großräschen")).isEqualTo("grossraschen");
    assertThat(Slug.of("Ærøskøbing")).isEqualTo("aeroskobing");
    assertThat(Slug.of("Þorlákshöfn")).isEqualTo("thorlakshofn");
    assertThat(Slug.of("Diyarbakır")).isEqualTo("diyarbakir");
    assertThat(Slug.of("İstanbul")).isEqualTo("istanbul");
    assertThat(Slug.of("Əhmədbəyli")).isEqualTo("ehmedbeyli");
    assertThat(Slug.of("Ħal Għaxaq")).isEqualTo("hal-ghaxaq");
    assertThat(Slug.of("Đông Hà")).isEqualTo("dong-ha");
  }

  @Test
  void apostrophesVanishOtherSignsPart() {
    assertThat(Slug.of("L'Île-d\u2019Yeu")).isEqualTo("lile-dyeu");
    assertThat(Slug.of("--a..b  c--")).isEqualTo("a-b-c");
    assertThat(Slug.of("Москва")).isEmpty();
  }

  @Test
  void anyTextGivesASlugOrNothing() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    for (var i = 0; i < 20_000; i++) {
      var name = text(random);
      var slug = Slug.of(name);
      assertThat(slug.isEmpty() || isSlug(slug)).as("seed %s, name '%s'", seed, name).isTrue();
      assertThat(Slug.of(slug)).as("seed %s, twice '%s'", seed, name).isEqualTo(slug);
      assertThat(Slug.of(Normalizer.normalize(name, Normalizer.Form.NFC)))
          .as("seed %s, composed '%s'", seed, name)
          .isEqualTo(slug);
    }
  }

  /// Half of the characters from the alphabets that names use, half from anywhere.
  private static String text(Random random) {
    var text = new StringBuilder();
    var length = random.nextInt(12);
    for (var i = 0; i < length; i++) {
      text.appendCodePoint(
          random.nextBoolean() ? 0x20 + random.nextInt(0x260) : random.nextInt(0x2_0000));
    }
    return text.toString();
  }
}
