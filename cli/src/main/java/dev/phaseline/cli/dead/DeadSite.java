package dev.phaseline.cli.dead;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.progress.Terminal;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterDesk;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.ops.dead.TakenOverException;
import dev.phaseline.ops.dead.UnknownPhaseException;
import dev.phaseline.ops.query.QuerySyntaxException;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.topics.ClusterException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/// Connection of a dead-letter command to its cluster, and the wording of its failures. For one
/// thread.
///
/// @param box the letters
/// @param payloads how they are decoded
/// @param closers what is closed at the end, in this order
/// @param err where people are spoken to
record DeadSite(LetterBox box, Payloads payloads, List<Runnable> closers, PrintWriter err)
    implements AutoCloseable {

  /// Runs the work; a failure of the cluster becomes one clear line of the command.
  ///
  /// @throws CommandFailure for everything that can be wrong outside
  static <T> T saying(Supplier<T> work) {
    try {
      return work.get();
    } catch (QuerySyntaxException wrong) {
      var remedy =
          wrong.unknown().isEmpty() ? "" : "; " + NearNames.remedy(wrong.unknown(), wrong.known());
      throw CommandFailure.usage(wrong.getMessage() + remedy, wrong.pointer());
    } catch (UnknownPhaseException wrong) {
      throw CommandFailure.usage(
          wrong.getMessage() + "; " + NearNames.remedy(wrong.phase(), wrong.known()));
    } catch (Payloads.EditException wrong) {
      throw CommandFailure.usage(String.valueOf(wrong.getMessage()));
    } catch (LetterDesk.RefusedException | TakenOverException | ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    }
  }

  /// Reads what was typed as a query.
  static LetterQuery query(List<String> words) {
    return LetterQuery.parse(String.join(" ", words), Instant.now());
  }

  /// Reads a query that must not be empty by accident.
  static LetterQuery query(List<String> words, boolean all) {
    var query = query(words);
    if (query.isAll() && !all) {
      throw CommandFailure.usage(
          "no letters are selected: give ids like 0-1234, a query like phase=store, or --all");
    }
    if (!query.isAll() && all) throw CommandFailure.usage("--all and a query exclude each other");
    return query;
  }

  /// Refuses a query whose phase does not exist, when nothing was found.
  void hintAt(LetterQuery query) {
    for (var phase : query.phases()) {
      if (box.phases().contains(phase)) continue;
      err.println(
          "phaseline: '"
              + Printable.line(phase)
              + "' is not a phase of "
              + box.pipeline()
              + "; "
              + NearNames.remedy(phase, box.phases()));
    }
  }

  /// Asks before many letters are decided about; only people are asked.
  ///
  /// @return whether to go on
  boolean confirmed(String verb, long letters, boolean yes) {
    if (yes || letters <= 1 || !Terminal.isTerminal(0)) return true;
    err.print(String.format(Locale.ROOT, "%s %,d letters? [y/N] ", verb, letters));
    err.flush();
    try {
      var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      var answer = in.readLine();
      var isYes = answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
      if (!isYes) err.println("Nothing was done.");
      return isYes;
    } catch (IOException noAnswer) {
      return false;
    }
  }

  /// Opens the desk in the name of who runs the command.
  LetterDesk desk() {
    return box.open(operator());
  }

  /// Name of the user who runs the command.
  static String operator() {
    return System.getProperty("user.name", "unknown") + '@' + host();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }
}
