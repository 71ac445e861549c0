package dev.phaseline.schemas.control;

/// Author of a command, for the audit: who, from where, and why. Too long a text is cut, nothing is
/// refused: an audit that can't be written would stop the command.
///
/// @param by who, such as `user@host` or the name that a console's login gave; at most 200
///   characters
/// @param from where it came from, such as `cli` or `console 10.0.0.7`; at most 200 characters
/// @param reason why, may be empty; at most 1,000 characters
public record Author(String by, String from, String reason) {
  private static final int NAME_CHARS_MAX = 200;
  private static final int REASON_CHARS_MAX = 1_000;

  public Author {
    if (by.isBlank()) throw new IllegalArgumentException("an author needs a name");
    by = clip(by, NAME_CHARS_MAX);
    from = clip(from, NAME_CHARS_MAX);
    reason = clip(reason, REASON_CHARS_MAX);
  }

  private static String clip(String text, int charsMax) {
    if (text.length() <= charsMax) return text;
    var end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
    return text.substring(0, end);
  }
}
