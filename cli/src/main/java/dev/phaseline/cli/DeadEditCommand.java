package dev.phaseline.cli;

import dev.phaseline.ops.dead.LetterId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "edit",
    header = "Sets the payload that a redrive of a letter will send.",
    description = {
      "",
      "The letter stays as it is in the log; the new payload and who wrote it stand beside it, and"
          + " `dead undo` takes it back. Avro is given as JSON and encoded by the schema of the"
          + " original, after every field was checked; JSON is checked to be JSON."
    },
    footer = {
      "  phaseline dead show --demo cities 0-12 --payload > city.json",
      "  phaseline dead edit --demo cities 0-12 --value city.json"
    })
final class DeadEditCommand implements Callable<Integer> {
  @Mixin private DeadOptions options = new DeadOptions();
  @Mixin private EditOptions edit = new EditOptions();

  @Option(
      names = "--value",
      required = true,
      paramLabel = "FILE",
      description = "The new payload; - reads standard input.")
  private Path value = Path.of("");

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
          var typed = EditOptions.read(value);
          try (var site = options.open(spec)) {
            var bytes = edit.encoded(site, id, typed);
            try (var desk = site.desk()) {
              desk.edit(id, bytes);
            }
            say(bytes.length);
          }
          return ExitStatus.OK;
        });
  }

  private void say(int bytes) {
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(DeadJson.line(Map.of("edited", id.toString(), "bytes", bytes)));
    } else {
      out.println(
          "Letter "
              + id
              + " has a new payload of "
              + bytes
              + " bytes; `dead redrive` sends it, `dead undo` takes it back.");
    }
  }

  /// How a new payload is given.
  static final class EditOptions {
    @Option(names = "--raw", description = "Take the bytes as they are, unchecked.")
    private boolean raw;

    @Option(
        names = "--schema-id",
        paramLabel = "N",
        description = "Encode by this schema of the registry (default: that of the original).")
    private @Nullable Integer schemaId;

    static byte[] read(Path file) {
      try {
        return file.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(file);
      } catch (IOException unreadable) {
        throw Failure.usage(
            "can't read the new payload from "
                + file
                + ": "
                + unreadable.getClass().getSimpleName());
      }
    }

    byte[] encoded(DeadSite site, LetterId id, byte[] typed) {
      if (raw && schemaId != null) {
        throw Failure.usage("--raw and --schema-id exclude each other");
      }
      var entry = site.box().require(id);
      if (raw) return typed;
      var schema = schemaId == null ? OptionalInt.empty() : OptionalInt.of(schemaId);
      return site.payloads().encode(entry.letter().value(), typed, schema);
    }
  }
}
