package dev.phaseline.cli.config;

import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.query.Vocabulary;
import dev.phaseline.ops.tracker.JobQuery;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The part of a command's help that is about queries, made of the vocabulary that reads them.
public final class QueryHelp {
  private QueryHelp() {}

  /// Describes queries about dead letters in the help of the command that mixes it in.
  @Command
  public static final class OfLetters {
    @Spec(Spec.Target.MIXEE)
    void describe(CommandSpec command) {
      add(command, LetterQuery.VOCABULARY);
    }
  }

  /// Describes queries about jobs in the help of the command that mixes it in.
  @Command
  public static final class OfJobs {
    @Spec(Spec.Target.MIXEE)
    void describe(CommandSpec command) {
      add(command, JobQuery.VOCABULARY);
    }
  }

  /// Adds the grammar to a command's description, and the fields in front of its examples.
  private static void add(CommandSpec command, Vocabulary<?> vocabulary) {
    var usage = command.usageMessage();
    var description = new ArrayList<>(List.of(usage.description()));
    description.add("");
    description.add(plain(vocabulary.grammar()));
    usage.description(description.toArray(String[]::new));
    var footer = new ArrayList<String>();
    for (var line : vocabulary.help()) footer.add(plain(line));
    footer.add("");
    footer.add("Examples:");
    footer.addAll(List.of(usage.footer()));
    usage.footerHeading("%nFields:%n");
    usage.footer(footer.toArray(String[]::new));
  }

  /// Help is a format.
  private static String plain(String text) {
    return text.replace("%", "%%");
  }
}
