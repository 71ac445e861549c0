package dev.phaseline.cli.control;

import dev.phaseline.cli.text.Ages;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.console.TransactionJson;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransaction.Part;
import dev.phaseline.ops.transactions.OpenTransaction.State;
import dev.phaseline.ops.transactions.OpenTransactions;
import dev.phaseline.server.ServerConfig;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "transactions",
    header = "Lists the open transactions that hide records or offsets, and whether they hang.",
    description = {
      "",
      "An open transaction hides all records behind it until it ends. Usually that takes a"
          + " moment. A hanging one does not end by itself: `phaseline transactions abort`"
          + " takes its records back, if nothing is lost by that.",
      "",
      "The list has all transactions that touch topics or groups of the namespace. While brokers"
          + " are away, it has what the others report, after 20 s at most; then the exit status"
          + " is 1."
    },
    subcommands = TransactionsAbortCommand.class,
    footer = {
      "  phaseline transactions -c server.yaml",
      "  phaseline transactions --json | jq '.transactions[].transactionalId'"
    })
public final class TransactionsCommand implements Callable<Integer> {
  private static final int PARTS_MAX = 5;
  private static final Duration SEARCH_MAX = Duration.ofSeconds(20); // a person waits

  @Mixin private ControlOptions options = new ControlOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var found = with(options.site(spec), OpenTransactions::find);
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(TransactionJson.Found.of(found)));
    } else {
      print(out, found);
    }
    var err = spec.commandLine().getErr();
    for (var line : found.unanswered()) {
      err.println(Printable.line("phaseline: not all is known: " + line));
    }
    return found.unanswered().isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /// Runs the work on a cluster's transactions.
  static <T> T with(ServerConfig config, Function<OpenTransactions, T> work) {
    return ControlOptions.saying(
        () -> OpenTransactions.with(config.kafka(), config.names(), SEARCH_MAX, work));
  }

  private static void print(PrintWriter out, OpenTransactions.Found found) {
    if (found.transactions().isEmpty()) {
      out.println(
          found.unanswered().isEmpty()
              ? "No transaction hides anything."
              : "No transaction is known that hides anything.");
    }
    var now = Instant.now();
    var width = Widths.of(out);
    for (var one : found.transactions()) {
      lines(one, now, width).forEach(out::println);
    }
  }

  /// The lines about one transaction, none wider than this.
  public static List<String> lines(OpenTransaction one, Instant now, int width) {
    var said = new ArrayList<String>();
    said.add(head(one, now));
    said.add("    " + owner(one));
    one.parts().stream().limit(PARTS_MAX).forEach(part -> said.add("    " + line(part)));
    if (one.parts().size() > PARTS_MAX) {
      said.add("    and " + (one.parts().size() - PARTS_MAX) + " partitions more; --json has all");
    }
    if (one.state() == State.HANGING) said.add("    " + remedy(one));
    var lines = new ArrayList<String>();
    for (var text : said) lines.addAll(Widths.wrapped(Printable.line(text), width, "      "));
    return lines;
  }

  private static String head(OpenTransaction one, Instant now) {
    return "producer %d  %s, last wrote %s ago"
        .formatted(
            one.producerId(), state(one, now), Ages.of(Duration.between(one.lastWriteAt(), now)));
  }

  private static String owner(OpenTransaction one) {
    var id = one.transactionalId();
    if (id != null) return "transactional id " + id;
    return one.state() == State.UNKNOWN
        ? "not known while a coordinator does not answer"
        : "unknown to its coordinator";
  }

  private static String state(OpenTransaction one, Instant now) {
    return switch (one.state()) {
      case OPEN ->
          one.endsAt() == null
              ? "open"
              : "open, ends within " + Ages.of(Duration.between(now, one.endsAt()));
      case ENDING -> "ending";
      case UNKNOWN -> "not known whether it hangs";
      case HANGING ->
          one.coordinator() == null
              ? "HANGS"
              : "HANGS (its coordinator reports " + one.coordinator() + ")";
    };
  }

  private static String line(Part part) {
    return String.format(
        Locale.ROOT,
        "%s from offset %d on: %,d %s hidden",
        part.partition(),
        part.from(),
        part.hidden(),
        part.hidden() == 1 ? "offset is" : "offsets are");
  }

  static String remedy(OpenTransaction hanging) {
    return hanging
        .keepBecause()
        .orElse(
            "it never ends by itself; `phaseline transactions abort "
                + hanging.producerId()
                + "` takes its records back");
  }
}
