package dev.phaseline.examples.cities;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

final class CityDataTest {
  /// Of all rows as text; taken from what the npm package's own reader reads, not from our file.
  private static final String SHA256 =
      "6770e0449ac47930a96e2c2aa63555d3b12c6e9f7fb8105865efa9cd074f73a1";

  private static final int ROWS = 135_233;

  private final CityData data = CityData.load();

  @Test
  void resourceHoldsEveryRowOfThePackage() throws IOException, NoSuchAlgorithmException {
    try (var in = CityData.class.getResourceAsStream("cities.tsv.gz")) {
      var all = new GZIPInputStream(in).readAllBytes();
      var digest = MessageDigest.getInstance("SHA-256").digest(all);
      assertThat(HexFormat.of().formatHex(digest)).isEqualTo(SHA256);
      assertThat(new String(all, UTF_8).lines().count()).isEqualTo(ROWS);
    }
    assertThat(data.count()).isEqualTo(ROWS);
    assertThat(data.countries()).hasSize(246);
  }

  @Test
  void rowsReadCountryByCountryAreTheRowsOfTheFile() throws NoSuchAlgorithmException {
    var digest = MessageDigest.getInstance("SHA-256");
    var ids = new HashSet<Long>();
    for (var request : data.requests(7)) {
      var cities = data.read(request);
      assertThat(cities).hasSize(data.count(request.country()));
      for (var city : cities) {
        assertThat(city.country()).isEqualTo(request.country());
        assertThat(city.revision()).isEqualTo(7);
        ids.add(city.id());
        digest.update(asLine(city).getBytes(UTF_8));
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(SHA256);
    assertThat(ids).as("ids are unique").hasSize(ROWS);
  }

  @Test
  void limitTakesTheLowestIds() {
    var all = data.read(new CountryRequest("DE", 1, CountryRequest.NO_LIMIT));
    assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
    assertThat(data.read(new CountryRequest("DE", 1, 10))).isEqualTo(all.subList(0, 10));
  }

  @Test
  void totalLimitIsSharedOutExactly() {
    for (var limit : new int[] {1, 2, 100, 1_000, 5_000, 135_232, 135_233, 1_000_000}) {
      var requests = data.requests(1, limit);
      var rows = requests.stream().mapToInt(request -> data.read(request).size()).sum();
      assertThat(rows).as("limit " + limit).isEqualTo(Math.min(limit, ROWS));
      assertThat(requests).isEqualTo(data.requests(1, limit));
    }
    assertThat(data.requests(1)).hasSize(246);
    assertThatThrownBy(() -> data.requests(1, 0)).hasMessage("limit < 1: 0");
  }

  @Test
  void unknownCountryIsNamed() {
    assertThat(data.count("QQ")).isZero();
    assertThatThrownBy(() -> data.read(new CountryRequest("QQ", 1, 1)))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("QQ");
  }

  @Test
  void attributionStandsBesideTheData() throws IOException {
    try (var in = CityData.class.getResourceAsStream("ATTRIBUTION.md")) {
      assertThat(new String(in.readAllBytes(), UTF_8))
          .contains("GeoNames", "creativecommons.org/licenses/by/4.0", "MIT License", "135,233");
    }
  }

  private static String asLine(City city) {
    return String.join(
            "\t",
            Long.toString(city.id()),
            city.name(),
            city.altName(),
            city.country(),
            city.featureCode(),
            city.adminCode(),
            Integer.toString(city.population()),
            fiveDecimals(city.latitude()),
            fiveDecimals(city.longitude()))
        + '\n';
  }

  private static String fiveDecimals(double degrees) {
    return BigDecimal.valueOf(degrees).setScale(5).toPlainString();
  }
}
