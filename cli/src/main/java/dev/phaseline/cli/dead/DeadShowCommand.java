package dev.phaseline.cli.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.Letter;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterId;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.Payloads;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    header = "Shows one dead letter with its history and payload.",
    description = {
      "",
      "Avro is decoded by its schema (name the registry), other text is shown as it is, and all"
          + " else as hexadecimal digits. Control characters are shown as their codes."
    },
    footer = {
      "  phaseline dead show --demo cities 0-12",
      "  phaseline dead show --demo cities 0-12 --payload > city.json"
    })
final class DeadShowCommand implements Callable<Integer> {
  private static final int HEX_DIGITS_MAX = 2_048;

  @Mixin private DeadOptions options = new DeadOptions();

  @Option(
      names = "--payload",
      description = {
        "Print the payload alone, as `dead edit --value` takes it: Avro as JSON, and all else byte"
            + " for byte. A terminal gets it as text, without control characters."
      })
  private boolean payloadOnly;

  @Parameters(
      index = "1",
      paramLabel = "ID",
      converter = LetterIdConverter.class,
      description = "Which letter, like 0-1234.")
  private LetterId id = new LetterId(0, 0);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return DeadSite.saying(
        () -> {
          try (var site = options.open(spec)) {
            show(site, site.box().require(id));
          }
          return ExitStatus.OK;
        });
  }

  private void show(DeadSite site, LetterEntry entry) {
    var out = spec.commandLine().getOut();
    var payload = site.payloads().show(entry.letter().value());
    var edit = entry.state().edit();
    var edited = edit == null ? null : site.payloads().show(edit.value());
    if (payloadOnly) {
      payload(TerminalWriter.of(out), entry, edited == null ? payload : edited);
    } else if (options.json()) {
      out.println(LetterJson.line(LetterJson.Whole.of(entry, payload, edited)));
    } else {
      letter(out, entry);
      if (entry.letter().generation() > 0) lives(out, site, entry.letter());
      history(out, entry.letter());
      payload(out, "payload", payload);
      if (edit != null && edited != null) {
        payload(out, "edited by " + Printable.line(edit.by()) + " at " + edit.at(), edited);
      }
    }
  }

  /// For a file or a pipe, what `dead edit --value` takes: the bytes themselves, but JSON for Avro.
  /// A terminal gets what it can show.
  private static void payload(TerminalWriter out, LetterEntry entry, Payloads.Shown shown) {
    var value = entry.payload();
    if (value == null) return;
    if (out.isTerminal()) {
      Printable.lines(shown.readable()).forEach(out::println);
    } else if (shown.form() == Payloads.Form.AVRO) {
      out.bytes((shown.text() + '\n').getBytes(UTF_8));
    } else {
      out.bytes(value);
    }
  }

  private static void letter(PrintWriter out, LetterEntry entry) {
    var letter = entry.letter();
    field(out, "letter", letter.id() + ", written " + letter.at());
    field(out, "state", entry.state().words());
    field(out, "job", letter.job());
    field(out, "item", letter.item());
    field(out, "key", letter.keyText());
    field(out, "phase", letter.phase());
    field(out, "kind", letter.kind());
    field(out, "reason", letter.reason());
    field(out, "attempt", letter.attempt() + ", generation " + letter.generation());
    field(out, "from", letter.parent());
    letter.tags().forEach((name, value) -> field(out, "tag", name + '=' + value));
    for (var header : letter.headers()) {
      if (header.key().startsWith("pl-")) continue;
      field(out, "header", header.key() + ": " + LetterJson.text(header.value()));
    }
  }

  private static void field(PrintWriter out, String name, String value) {
    if (value.isEmpty()) return;
    var head = name;
    for (var line : Printable.lines(value)) {
      out.println(String.format(Locale.ROOT, "%-9s %s", head, line));
      head = "";
    }
  }

  /// A redriven item's earlier letters have the history of its earlier lives.
  private static void lives(PrintWriter out, DeadSite site, Letter letter) {
    for (var life : site.box().lives(letter.item())) {
      if (life.letter().generation() >= letter.generation()) continue;
      field(
          out,
          "before",
          "letter " + life.letter().id() + ", generation " + life.letter().generation());
    }
  }

  private static void history(PrintWriter out, Letter letter) {
    for (var attempt : letter.history()) {
      var error = attempt.error().isEmpty() ? attempt.kind() : attempt.error();
      field(out, "attempt " + attempt.attempt(), error + ": " + attempt.message());
      for (var frame : attempt.stack()) out.println("            at " + Printable.line(frame));
    }
  }

  private static void payload(PrintWriter out, String title, Payloads.Shown shown) {
    var form = shown.form().name().toLowerCase(Locale.ROOT);
    out.println(
        title + ": " + form + (shown.note().isEmpty() ? "" : ", " + Printable.line(shown.note())));
    if (shown.form() == Payloads.Form.NONE) return;
    if (shown.form() != Payloads.Form.BINARY) {
      Printable.lines(shown.readable()).forEach(out::println);
      return;
    }
    var hex = shown.text();
    for (var at = 0; at < Math.min(hex.length(), HEX_DIGITS_MAX); at += 64) {
      out.println("  " + hex.substring(at, Math.min(hex.length(), at + 64)));
    }
    if (hex.length() > HEX_DIGITS_MAX) {
      out.println(
          String.format(Locale.ROOT, "  ... %,d bytes in all (--json has them)", hex.length() / 2));
    }
  }
}
