package dev.phaseline.cli.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a terminal would show: understands the few control sequences that the screen may use, and
/// refuses all others.
final class VirtualTerminal {
  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[(\\??)([0-9]*)([A-Za-z])");

  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;

  private VirtualTerminal() {}

  /// The lines on the screen after this was written to an empty one, without a last empty one.
  static List<String> show(String written) {
    var terminal = new VirtualTerminal();
    for (var at = 0; at < written.length(); ) {
      if (written.charAt(at) == '\u001b') {
        var sequence = SEQUENCE.matcher(written).region(at, written.length());
        if (!sequence.lookingAt()) throw new AssertionError("no sequence at " + at);
        terminal.control(sequence.group(2), sequence.group(3).charAt(0));
        at = sequence.end();
      } else {
        terminal.put(written.charAt(at++));
      }
    }
    var shown = terminal.lines.stream().map(StringBuilder::toString).toList();
    return shown.getLast().isEmpty() ? shown.subList(0, shown.size() - 1) : shown;
  }

  private void control(String number, char what) {
    switch (what) {
      case 'A' -> row -= Integer.parseInt(number);
      case 'K' -> lines.get(row).setLength(Math.min(column, lines.get(row).length()));
      case 'J' -> {
        control("", 'K');
        while (lines.size() > row + 1) lines.removeLast();
      }
      case 'm', 'h', 'l' -> {
        // colours and modes move nothing
      }
      default -> throw new AssertionError("unexpected control sequence " + number + what);
    }
    if (row < 0) throw new AssertionError("moved above the screen");
  }

  private void put(char c) {
    switch (c) {
      case '\r' -> column = 0;
      case '\n' -> {
        row++;
        column = 0;
        if (row == lines.size()) lines.add(new StringBuilder());
      }
      default -> {
        var line = lines.get(row);
        while (line.length() <= column) line.append(' ');
        line.setCharAt(column++, c);
      }
    }
  }
}
