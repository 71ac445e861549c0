package dev.phaseline.cli.dead;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterId;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.server.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
      "The letter itself is unchanged; the new payload and its author are stored beside it, and"
          + " `dead undo` takes it back. Avro is given as JSON and encoded by the schema of the"
          + " original, after every field was checked; JSON is checked to be JSON; text is"
          + " taken as it is. Unchanged parts keep their bytes."
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
            var entry = site.box().require(id);
            var bytes = edit.encoded(site, entry, typed);
            var changed = bytes != null && !Arrays.equals(bytes, entry.payload());
            if (bytes != null && changed) {
              try (var desk = site.desk()) {
                desk.edit(id, bytes);
              }
            }
            say(bytes == null ? 0 : bytes.length, changed);
          }
          return ExitStatus.OK;
        });
  }

  /// The answer for scripts.
  ///
  /// @param bytes the length of the new payload
  private record Edited(String edited, int bytes, boolean changed) {}

  private void say(int bytes, boolean changed) {
    var out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(LetterJson.line(new Edited(id.toString(), bytes, changed)));
    } else if (changed) {
      out.println(
          "Letter "
              + id
              + " has a new payload of "
              + bytes
              + " bytes; `dead redrive` sends it, `dead undo` takes it back.");
    } else {
      out.println("Letter " + id + " has this payload already: nothing was changed.");
    }
  }

  /// The options that give a new payload.
  static final class EditOptions {
    /// Far above what a topic takes, so that a device is not read for ever.
    private static final int BYTES_MAX = 64 << 20;

    @Option(names = "--raw", description = "Take the bytes as they are, unchecked.")
    private boolean raw;

    @Option(
        names = "--schema-id",
        paramLabel = "N",
        description = "Encode by this schema of the registry (default: that of the original).")
    private @Nullable Integer schemaId;

    static byte[] read(Path file) {
      try (var in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
        var bytes = in.readNBytes(BYTES_MAX + 1);
        if (bytes.length <= BYTES_MAX) return bytes;
      } catch (IOException unreadable) {
        throw CommandFailure.usage(
            "can't read the new payload from " + file + ": " + InputFile.why(unreadable));
      }
      throw CommandFailure.usage(
          "the new payload in " + file + " has more than " + (BYTES_MAX >> 20) + " MiB");
    }

    /// The new payload; null when there is none, as there was none before.
    byte @Nullable [] encoded(DeadSite site, LetterEntry entry, byte[] typed) {
      if (raw && schemaId != null) {
        throw CommandFailure.usage("--raw and --schema-id exclude each other");
      }
      if (raw) return typed;
      // What `dead show --payload` writes for no payload at all.
      if (typed.length == 0 && entry.payload() == null) return null;
      var schema = schemaId == null ? OptionalInt.empty() : OptionalInt.of(schemaId);
      return site.payloads().encode(entry, typed, schema);
    }
  }
}
