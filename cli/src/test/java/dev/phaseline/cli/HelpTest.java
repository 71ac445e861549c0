package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.tracker.JobQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// The help of every command at 80 columns: what is there to be copied stands on one line, and no
/// word is broken.
final class HelpTest {
  private static final int COLUMNS = 80;
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private static void all(CommandLine command, List<CommandLine> found) {
    found.add(command);
    for (var below : new TreeMap<>(command.getSubcommands()).values()) all(below, found);
  }

  private static List<CommandLine> commands() {
    var found = new ArrayList<CommandLine>();
    all(Main.commandLine(), found);
    return found;
  }

  private static String help(CommandLine command) {
    command.setUsageHelpAutoWidth(false).setUsageHelpWidth(COLUMNS);
    return command.getUsageMessage(Ansi.OFF);
  }

  @Test
  void noLineIsWiderThanTheTerminal() {
    for (var command : commands()) {
      assertThat(help(command).lines())
          .as(command.getCommandSpec().qualifiedName())
          .allMatch(line -> line.length() <= COLUMNS);
    }
  }

  @Test
  void everyExampleStandsOnALineOfItsOwn() {
    var broken = new ArrayList<String>();
    for (var command : commands()) {
      var lines = help(command).lines().map(String::stripTrailing).toList();
      for (var example : command.getCommandSpec().usageMessage().footer()) {
        for (var line : shown(example).lines().toList()) {
          if (line.startsWith("  ") && !lines.contains(line)) broken.add(line);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void noWordIsBroken() {
    var broken = new TreeSet<String>();
    for (var command : commands()) {
      var words = BLANKS.splitAsStream(help(command).strip()).toList();
      for (var text : texts(command)) {
        for (var word : BLANKS.splitAsStream(shown(text).strip()).toList()) {
          if (word.isEmpty() || word.contains("${") || words.contains(word)) continue;
          broken.add(command.getCommandSpec().qualifiedName() + ": " + word);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyCommandThatTakesAQueryListsTheFields() {
    var taken = new ArrayList<String>();
    for (var command : commands()) {
      var spec = command.getCommandSpec();
      if (spec.positionalParameters().stream()
          .noneMatch(one -> one.paramLabel().contains("QUERY"))) {
        continue;
      }
      taken.add(spec.qualifiedName());
      var vocabulary = spec.name().equals("jobs") ? JobQuery.VOCABULARY : LetterQuery.VOCABULARY;
      assertThat(help(command).lines().toList())
          .as(spec.qualifiedName())
          .containsSubsequence("Fields:", vocabulary.help().getFirst())
          .containsAll(vocabulary.help())
          .contains("Examples:");
    }
    assertThat(taken)
        .containsExactlyInAnyOrder(
            "phaseline dead list",
            "phaseline dead redrive",
            "phaseline dead discard",
            "phaseline dead undo",
            "phaseline jobs");
  }

  private static List<String> texts(CommandLine command) {
    var spec = command.getCommandSpec();
    var texts = new ArrayList<>(List.of(spec.usageMessage().description()));
    texts.addAll(List.of(spec.usageMessage().header()));
    for (var option : spec.options()) {
      if (!option.hidden()) texts.addAll(List.of(option.description()));
    }
    for (var parameter : spec.positionalParameters()) {
      texts.addAll(List.of(parameter.description()));
    }
    return texts;
  }

  /// As it is printed: texts are formats.
  private static String shown(String text) {
    return Ansi.OFF.string(text.replace("%n", "\n").replace("%%", "%")).stripTrailing();
  }
}
