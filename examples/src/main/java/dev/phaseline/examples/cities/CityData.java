package dev.phaseline.examples.cities;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// The data set that comes with the example: 135,233 cities of 246 countries, compressed country by
/// country, so that reading one country decompresses only that one. Immutable and thread-safe; it
/// holds the 2.8 MB of compressed bytes.
///
/// Where the rows come from and under which licence stands in `ATTRIBUTION.md` beside them.
public final class CityData {
  /// The revision of the rows. It goes up when the resource is made anew.
  public static final long REVISION = 1;

  private static final String DATA = "cities.tsv.gz";
  private static final String INDEX = "cities.index.tsv";
  private static final int COLUMNS = 9;

  private record Member(int offset, int bytes, int rows) {}

  private final SequencedMap<String, Member> members;
  private final byte[] data;
  private final int rows;

  private CityData(SequencedMap<String, Member> members, byte[] data) {
    this.members = members;
    this.data = data;
    this.rows = members.values().stream().mapToInt(Member::rows).sum();
  }

  /// Loads the compressed rows and their index.
  ///
  /// @throws IllegalStateException when the resource is not in the jar or not whole
  public static CityData load() {
    try {
      var members = new TreeMap<String, Member>();
      for (var line : new String(resource(INDEX), UTF_8).lines().skip(1).toList()) {
        if (line.startsWith("#")) continue;
        var part = line.split("\t", -1);
        members.put(part[0], new Member(number(part[1]), number(part[2]), number(part[3])));
      }
      return new CityData(members, resource(DATA));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the city data can't be read", unreadable);
    }
  }

  /// The country codes, sorted.
  public Set<String> countries() {
    return Collections.unmodifiableSet(members.keySet());
  }

  /// Number of rows.
  public int count() {
    return rows;
  }

  /// Number of rows of a country; 0 for one that the data does not know.
  public int count(String country) {
    var member = members.get(country);
    return member == null ? 0 : member.rows();
  }

  /// The rows that a request asks for, by id.
  ///
  /// @throws NoSuchElementException when the data does not have the country
  public List<City> read(CountryRequest request) {
    var member = members.get(request.country());
    if (member == null) {
      throw new NoSuchElementException("the data has no country " + request.country());
    }
    var wanted = Math.min(member.rows(), request.limit());
    var cities = new ArrayList<City>(wanted);
    try (var lines = open(member)) {
      for (var line = lines.readLine();
          line != null && cities.size() < wanted;
          line = lines.readLine()) {
        cities.add(parse(line, request.revision()));
      }
    } catch (IOException damaged) {
      throw new UncheckedIOException("the city data of " + request.country(), damaged);
    }
    return cities;
  }

  /// One request a country, for all rows.
  public List<CountryRequest> requests(long revision) {
    return requests(revision, CountryRequest.NO_LIMIT);
  }

  /// Requests that together ask for `limit` rows, or for all if there are fewer. Each country has
  /// its share by its number of rows; one whose share is nothing has no request. The same limit
  /// always asks for the same rows.
  ///
  /// @param limit from 1
  public List<CountryRequest> requests(long revision, int limit) {
    if (limit < 1) throw new IllegalArgumentException("limit < 1: " + limit);
    var total = (long) Math.min(limit, rows);
    var shares = new TreeMap<String, Integer>();
    members.forEach((country, has) -> shares.put(country, (int) (has.rows() * total / rows)));
    var left = (int) (total - shares.values().stream().mapToInt(Integer::intValue).sum());
    members.keySet().stream()
        .sorted(Comparator.comparingLong((String c) -> -(count(c) * total % rows)))
        .limit(left)
        .forEach(country -> shares.merge(country, 1, Integer::sum));
    return shares.entrySet().stream()
        .filter(share -> share.getValue() > 0)
        .map(share -> new CountryRequest(share.getKey(), revision, share.getValue()))
        .toList();
  }

  private BufferedReader open(Member member) throws IOException {
    var bytes = new ByteArrayInputStream(data, member.offset(), member.bytes());
    return new BufferedReader(new InputStreamReader(new GZIPInputStream(bytes), UTF_8));
  }

  private static City parse(String line, long revision) {
    var part = line.split("\t", -1);
    if (part.length != COLUMNS) {
      throw new IllegalStateException("the city data has a row of " + part.length + " columns");
    }
    return new City(
        Long.parseLong(part[0]),
        part[1],
        part[2],
        part[3],
        part[4],
        part[5],
        number(part[6]),
        Double.parseDouble(part[7]),
        Double.parseDouble(part[8]),
        revision);
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = CityData.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("the jar does not hold " + name);
      return in.readAllBytes();
    }
  }
}
