package dev.phaseline.cli.text;

import dev.phaseline.cli.progress.Terminal;
import dev.phaseline.cli.progress.TerminalWriter;
import java.io.PrintWriter;
import java.lang.Character.UnicodeBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Columns that text takes on a terminal, and what fits into so many: letters of East Asia and
/// emoji take two, marks above letters none. Stateless.
public final class Widths {
  private static final Set<UnicodeBlock> WIDE =
      Set.of(
          UnicodeBlock.HANGUL_JAMO,
          UnicodeBlock.HANGUL_SYLLABLES,
          UnicodeBlock.HIRAGANA,
          UnicodeBlock.KATAKANA,
          UnicodeBlock.CJK_SYMBOLS_AND_PUNCTUATION,
          UnicodeBlock.CJK_COMPATIBILITY_FORMS,
          UnicodeBlock.BOPOMOFO,
          UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS);

  private static final Pattern BLANKS = Pattern.compile(" +");

  private Widths() {}

  /// The width of lines: the terminal's, or without a bound.
  public static int of(PrintWriter out) {
    return TerminalWriter.of(out).isTerminal() ? Terminal.columns().getAsInt() : Table.WIDTH_MAX;
  }

  /// Number of columns that a text takes.
  public static int of(String text) {
    return text.codePoints().map(Widths::of).sum();
  }

  private static int of(int character) {
    if (character < 0x300) return 1;
    var type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) return 0;
    if (Character.isIdeographic(character) || Character.isEmojiPresentation(character)) return 2;
    var block = UnicodeBlock.of(character);
    return block != null && WIDE.contains(block) ? 2 : 1;
  }

  /// The beginning of a text, and an ellipsis where it does not fit.
  public static String cut(String text, int columns) {
    if (of(text) <= columns) return text;
    return columns < 1 ? "" : head(text, columns - 1) + '\u2026';
  }

  /// The beginning and the end of a text that does not fit.
  public static String cutInTheMiddle(String text, int columns) {
    if (of(text) <= columns) return text;
    if (columns < 3) return cut(text, columns);
    var left = (columns - 1) / 2;
    return head(text, left) + '\u2026' + tail(text, columns - 1 - left);
  }

  private static String head(String text, int columns) {
    var width = 0;
    for (var at = 0; at < text.length(); ) {
      var character = text.codePointAt(at);
      width += of(character);
      if (width > columns) return text.substring(0, at);
      at += Character.charCount(character);
    }
    return text;
  }

  private static String tail(String text, int columns) {
    var width = 0;
    for (var at = text.length(); at > 0; ) {
      var character = text.codePointBefore(at);
      width += of(character);
      if (width > columns) return text.substring(at);
      at -= Character.charCount(character);
    }
    return text;
  }

  /// A text in lines that fit, broken at blanks; a word that is too long is broken inside.
  ///
  /// @param indent stands before each line but the first
  public static List<String> wrapped(String text, int columns, String indent) {
    if (of(text) <= columns) return List.of(text);
    var lines = new ArrayList<String>();
    var line = new StringBuilder(text.substring(0, text.length() - text.stripLeading().length()));
    var isEmpty = true;
    for (var word : BLANKS.splitAsStream(text.strip()).toList()) {
      var rest = word;
      if (!isEmpty && of(line.toString()) + 1 + of(rest) > columns) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
        isEmpty = true;
      }
      if (!isEmpty) line.append(' ');
      while (of(line.toString()) + of(rest) > columns) {
        var part = head(rest, columns - of(line.toString()));
        if (part.isEmpty()) break;
        lines.add(line + part);
        rest = rest.substring(part.length());
        line = new StringBuilder(indent);
      }
      line.append(rest);
      isEmpty = false;
    }
    lines.add(line.toString());
    lines.replaceAll(one -> cut(one, columns));
    return lines;
  }
}
