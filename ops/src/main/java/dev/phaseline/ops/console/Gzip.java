package dev.phaseline.ops.console;

import dev.phaseline.http.HttpCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/// The compression of answers for clients that ask for it: an overview of many phases is some
/// hundred kilobytes a second, a twentieth of it compressed.
///
/// What compresses can leak, where a foreign page can make the browser ask and put text of its own
/// into the answer (BREACH). A foreign page can't ask here, because the cookie is
/// `SameSite=Strict`; and the one answer with a secret in it, the session with its CSRF token, is
/// too short to be compressed. Streams are not compressed: each event would have to be flushed by
/// itself.
final class Gzip {
  private static final int WORTH_IT = 1024;

  private Gzip() {}

  /// Sends an answer, compressed if the client takes that and it is worth it.
  static void send(HttpCall http, int status, byte[] body) throws IOException {
    http.set("Vary", "Accept-Encoding");
    if (body.length < WORTH_IT || !isTaken(http.header("Accept-Encoding"))) {
      http.send(status, body);
      return;
    }
    http.set("Content-Encoding", "gzip");
    http.send(status, compressed(body));
  }

  /// Whether the header names gzip, and not with a weight of nothing.
  private static boolean isTaken(String accepted) {
    for (var each : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
      var words = each.split(";", -1);
      if (!words[0].strip().equals("gzip")) continue;
      return words.length == 1 || !words[1].strip().matches("q=0(\\.0*)?");
    }
    return false;
  }

  private static byte[] compressed(byte[] body) throws IOException {
    var out = new ByteArrayOutputStream(body.length / 4);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    }
    return out.toByteArray();
  }
}
