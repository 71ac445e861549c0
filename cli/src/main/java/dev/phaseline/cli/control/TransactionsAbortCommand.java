package dev.phaseline.cli.control;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.console.AuditTrail;
import dev.phaseline.ops.console.ConsoleNotes;
import dev.phaseline.ops.console.TransactionJson;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransactions;
import dev.phaseline.server.ServerConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "abort",
    header = "Takes back the records of a hanging transaction.",
    description = {
      "",
      "The records behind it can be read then. Items whose offsets hung with it are processed"
          + " again. An open or ending transaction is refused, and one whose results would be"
          + " lost too, except with --force.",
      "",
      "Afterwards, when no item waits, `phaseline audit PIPELINE` checks that every item ended"
          + " once."
    },
    footer = {
      "  phaseline transactions abort 1003 --dry-run",
      "  phaseline transactions abort -c server.yaml 1003"
    })
final class TransactionsAbortCommand implements Callable<Integer> {
  @Mixin private ControlOptions options = new ControlOptions();

  @Option(names = "--dry-run", description = "Say what would be taken back, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = "Also one whose results may be lost; never one that doesn't hang.")
  private boolean force;

  @Parameters(
      paramLabel = "PRODUCER",
      arity = "1..*",
      description = "The producer's number, from `phaseline transactions`.")
  private List<String> producers = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var config = options.site(spec);
    var chosen =
        TransactionsCommand.with(
            config,
            transactions -> {
              var found = chosen(transactions.find());
              if (!dryRun) abort(config, transactions, found);
              return found;
            });
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(TransactionJson.Aborted.of(chosen, dryRun)));
      return ExitStatus.OK;
    }
    for (var one : chosen) {
      out.println(
          "producer %d: %s in %d %s"
              .formatted(
                  one.producerId(),
                  dryRun ? "would be aborted" : "aborted",
                  one.parts().size(),
                  one.parts().size() == 1 ? "partition" : "partitions"));
    }
    return ExitStatus.OK;
  }

  private void abort(
      ServerConfig config, OpenTransactions transactions, List<OpenTransaction> chosen) {
    var who = ControlOptions.author("");
    try (var notes = ConsoleNotes.open(config.kafka(), config.names())) {
      for (var one : chosen) {
        notes.keep(
            new AuditTrail.Note(
                Instant.now(), who.by(), who.from(), "abort", one.label(), one.places()));
        if (force) transactions.abortAnyway(one);
        else transactions.abort(one);
      }
    }
  }

  /// All or none: nothing is done when one of them can't be.
  private List<OpenTransaction> chosen(OpenTransactions.Found found) {
    var chosen = new ArrayList<OpenTransaction>();
    for (var typed : new LinkedHashSet<>(producers)) {
      var id = number(typed);
      var its = OpenTransaction.of(id, found.transactions());
      if (its.isEmpty() && !found.unanswered().isEmpty()) {
        throw CommandFailure.of(
            "not known whether producer "
                + id
                + " hides anything: "
                + String.join("; ", found.unanswered()));
      }
      if (its.isEmpty()) {
        throw CommandFailure.usage(
            "producer "
                + id
                + " hides nothing in this namespace; `phaseline transactions` shows what does");
      }
      for (var one : its) {
        var why = one.keepBecause(force);
        if (why.isPresent()) {
          throw CommandFailure.of("producer " + id + " is left as it is: " + why.get());
        }
        chosen.add(one);
      }
    }
    return chosen;
  }

  private static long number(String typed) {
    try {
      return Long.parseLong(typed);
    } catch (NumberFormatException notANumber) {
      throw CommandFailure.usage(
          "'" + typed + "' is no producer: use a number that `phaseline transactions` shows");
    }
  }
}
