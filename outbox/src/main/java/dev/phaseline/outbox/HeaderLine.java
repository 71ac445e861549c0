package dev.phaseline.outbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Headers of a record as one line of ASCII, `name=value&name=value`, in their order; bytes other
/// than letters, digits and `-._~:/,` are `%` and two hexadecimal digits. A header without a value
/// has no `=`. Stateless.
final class HeaderLine {
  private static final String PLAIN = "-._~:/,";
  private static final String DIGITS = "0123456789ABCDEF";

  private HeaderLine() {}

  static String of(Headers headers) {
    var line = new StringBuilder();
    for (var header : headers) {
      if (!line.isEmpty()) line.append('&');
      append(line, header.key().getBytes(UTF_8));
      if (header.value() == null) continue;
      append(line.append('='), header.value());
    }
    return line.toString();
  }

  private static void append(StringBuilder line, byte[] bytes) {
    for (var each : bytes) {
      var c = (char) (each & 0xff);
      if (isPlain(c)) line.append(c);
      else line.append('%').append(DIGITS.charAt(c >> 4)).append(DIGITS.charAt(c & 0xf));
    }
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PLAIN.indexOf(c) >= 0;
  }

  /// The headers of a line.
  ///
  /// @throws IllegalArgumentException when it is not one
  static Headers read(String line) {
    var headers = new RecordHeaders();
    if (line.isEmpty()) return headers;
    for (var each : line.split("&", -1)) {
      var equals = each.indexOf('=');
      var name = new String(bytes(equals < 0 ? each : each.substring(0, equals)), UTF_8);
      headers.add(name, equals < 0 ? null : bytes(each.substring(equals + 1)));
    }
    return headers;
  }

  private static byte[] bytes(String text) {
    if (text.indexOf('%') < 0) return text.getBytes(US_ASCII);
    var bytes = new ByteArrayOutputStream();
    for (var at = 0; at < text.length(); at++) {
      var c = text.charAt(at);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(ISO_8859_1));
        continue;
      }
      if (at + 2 >= text.length()) throw new IllegalArgumentException("half a byte at its end");
      bytes.write(Integer.parseInt(text, at + 1, at + 3, 16));
      at += 2;
    }
    return bytes.toByteArray();
  }
}
