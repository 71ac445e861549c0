package dev.phaseline.examples.cities;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConvertCitiesTest {
  @TempDir private Path folder;

  @Test
  void rowsAreSortedByCountryAndIdWithNothingChanged() throws IOException {
    var pbf = new ByteArrayOutputStream();
    pbf.writeBytes(row(7, "  Zed ", "ZZ", 0, -250_000, 100));
    pbf.writeBytes(row(9, "Ünder\u200b", "AA", 5, 250_001, -100));
    pbf.writeBytes(row(2, "First", "AA", 1, 1, 1));

    assertThat(ConvertCities.convert(pbf.toByteArray(), folder)).isEqualTo(3);

    assertThat(text())
        .isEqualTo(
            """
            2\tFirst\t\tAA\tPPL\t01\t1\t0.00001\t0.00002
            9\tÜnder\u200b\t\tAA\tPPL\t01\t5\t0.00000\t0.00001
            7\t  Zed \t\tZZ\tPPL\t01\t0\t0.00100\t-2.50000
            """);
  }

  @Test
  void sameRowsGiveTheSameBytes() throws IOException {
    var pbf = row(7, "Zed", "ZZ", 10, 1, 1);
    ConvertCities.convert(pbf, folder.resolve("a"));
    ConvertCities.convert(pbf, folder.resolve("b"));
    for (var name : new String[] {"cities.tsv.gz", "cities.index.tsv"}) {
      assertThat(folder.resolve("a").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("b").resolve(name));
    }
  }

  @Test
  void rowThatWouldBreakTheTableIsRefused() {
    assertThatThrownBy(() -> ConvertCities.convert(row(7, "a\tb", "ZZ", 10, 1, 1), folder))
        .hasMessageContaining("row 7");
  }

  private String text() throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(folder.resolve("cities.tsv.gz")))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static byte[] row(
      long id, String name, String country, int population, int lonDelta, int latDelta) {
    var out = new ByteArrayOutputStream();
    number(out, 1, zigzag(id));
    text(out, 2, name);
    text(out, 3, country);
    text(out, 5, "a field that is left out");
    text(out, 7, "PPL");
    text(out, 8, "01");
    if (population != 0) number(out, 9, population);
    number(out, 10, zigzag(lonDelta));
    number(out, 11, zigzag(latDelta));
    var framed = new ByteArrayOutputStream();
    varint(framed, out.size());
    framed.writeBytes(out.toByteArray());
    return framed.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void text(ByteArrayOutputStream out, int field, String value) {
    varint(out, (long) field << 3 | 2);
    var bytes = value.getBytes(UTF_8);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    var rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
