package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/// The version of its pipeline that an item's record names, in [HeaderNames#VERSION]. A record of
/// version 1 that a phase wrote names none, so pipelines with one version pay nothing for it.
/// Without state, so thread-safe.
public final class ItemVersion {
  /// No version is named.
  public static final int UNNAMED = 0;

  /// Greater ones are refused.
  public static final int MAX = 1_000_000;

  private static final int PLAIN_DIGITS_MAX = 6;

  private ItemVersion() {}

  /// The version that is named; [#UNNAMED] when none is. Of several, the last one counts.
  ///
  /// @throws MalformedHeaderException when it is not in 1..1,000,000
  public static int of(Headers headers) {
    var header = headers.lastHeader(HeaderNames.VERSION);
    return header == null ? UNNAMED : of(header);
  }

  /// The version that is named; [#UNNAMED] when none is, or it can't be read.
  public static int orUnnamed(Headers headers) {
    try {
      return of(headers);
    } catch (MalformedHeaderException unreadable) {
      return UNNAMED;
    }
  }

  static int of(Header header) {
    var number = HeaderText.number(header);
    if (number >= 1 && number <= MAX) return number;
    throw new MalformedHeaderException("version is not in 1..1000000: " + number);
  }

  /// Whether it is a version for certain; false is no answer.
  static boolean isPlain(Header header) {
    var value = header.value();
    if (value == null || value.length == 0 || value.length > PLAIN_DIGITS_MAX) return false;
    if (value[0] == '0') return false;
    for (var digit : value) if (digit < '0' || digit > '9') return false;
    return true;
  }

  /// Writes the version into a record's headers: in place of another, and not when it is 1 and a
  /// phase writes the record.
  public static void put(Headers headers, int version) {
    headers.remove(HeaderNames.VERSION);
    if (version > 1) headers.add(HeaderNames.VERSION, bytes(version));
  }

  /// Writes the version into the headers of a record that is submitted.
  public static void submit(Headers headers, int version) {
    headers.remove(HeaderNames.VERSION);
    headers.add(HeaderNames.VERSION, bytes(version));
  }

  /// Refuses what is no version.
  ///
  /// @throws IllegalArgumentException when it is not in 1..1,000,000
  public static void check(int version) {
    if (version < 1 || version > MAX) {
      throw new IllegalArgumentException("version is not in 1..1000000: " + version);
    }
  }

  private static byte[] bytes(int version) {
    return Integer.toString(version).getBytes(UTF_8);
  }
}
