package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.audit.DeadLetterReader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Group of letters with the same cause of death: those of one kind, phase and first line of the
/// reason, as far as it is told apart. Immutable.
///
/// @param kind as the letter says it, known or not
/// @param phase the phase that gave up
/// @param reason the first line of the reason, at most 200 characters
public record LetterGroup(String kind, String phase, String reason) {
  /// The reason of those that are counted together, because there are too many groups.
  static final String OTHER_REASONS = "(other reasons)";

  static final int REASON_CHARS_MAX = 200;
  private static final int ID_BYTES = 8;
  private static final Pattern PLAIN = Pattern.compile("[\\w.-]+");

  static LetterGroup of(Letter letter) {
    var line = letter.reason().lines().findFirst().orElse("");
    var isLong = line.length() > REASON_CHARS_MAX;
    return new LetterGroup(
        letter.kind(), letter.phase(), isLong ? line.substring(0, REASON_CHARS_MAX) : line);
  }

  /// The query that means exactly the letters of a group; empty when there is none, because the
  /// group is what is left over.
  public static String query(DeadLetterReader.Group group) {
    if (group.reason().equals(OTHER_REASONS)) return "";
    var isWhole = !group.reason().isBlank() && group.reason().length() < REASON_CHARS_MAX;
    if (!isWhole || !LetterField.Known.KINDS.contains(group.kind())) {
      return "group=" + new LetterGroup(group.kind(), group.phase(), group.reason()).id();
    }
    return "phase=%s kind=%s reason=%s"
        .formatted(quoted(group.phase()), group.kind(), quoted(group.reason()));
  }

  private static String quoted(String text) {
    if (PLAIN.matcher(text).matches()) return text;
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /// Its name in queries: any text can be the reason of a letter, and not each can be typed.
  String id() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : new String[] {kind, phase, reason}) {
        var bytes = part.getBytes(UTF_8);
        digest.update((bytes.length + ":").getBytes(UTF_8));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), ID_BYTES));
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException("every Java has SHA-256", never);
    }
  }
}
