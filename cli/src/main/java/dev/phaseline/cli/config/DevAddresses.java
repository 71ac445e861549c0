package dev.phaseline.cli.config;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Addresses of a running `phaseline dev`, in a file of its folder for as long as it runs. Commands
/// in the same tree read them, so that they need no options.
///
/// @param pid of its process
/// @param startedMs when that process started, epoch milliseconds; 0 where the system doesn't say
/// @param bootstrapServers of its broker
/// @param registryUrl of its schema registry
/// @param consoleUrl of its console
public record DevAddresses(
    long pid, long startedMs, String bootstrapServers, String registryUrl, String consoleUrl) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public DevAddresses {
    if (pid < 1) throw new IllegalArgumentException("pid < 1: " + pid);
    if (bootstrapServers.isBlank()) throw new IllegalArgumentException("no brokers");
  }

  /// Of this process.
  public static DevAddresses here(String bootstrapServers, String registryUrl, String consoleUrl) {
    var self = ProcessHandle.current();
    return new DevAddresses(self.pid(), startedMs(self), bootstrapServers, registryUrl, consoleUrl);
  }

  /// A dev to go to, and the data folder that it is in.
  public record Found(Path data, DevAddresses dev) {}

  /// The dev that runs where nobody has said where: that of the usual data folder, or else the only
  /// one that has left word there that it runs elsewhere (`dev --data DIR`).
  ///
  /// @throws CommandFailure when several run elsewhere
  public static Optional<Found> findAnywhere(Path usual) {
    var here = find(usual).map(dev -> new Found(usual, dev));
    if (here.isPresent() && here.get().dev().isAlive()) return here;
    var elsewhere = new ArrayList<Found>();
    for (var data : toldElsewhere(usual)) {
      find(data)
          .filter(DevAddresses::isAlive)
          .ifPresent(dev -> elsewhere.add(new Found(data, dev)));
    }
    if (elsewhere.size() > 1) {
      throw CommandFailure.usage(
          "several devs run: name one with --data "
              + String.join(
                  " or --data ", elsewhere.stream().map(one -> one.data().toString()).toList()));
    }
    return elsewhere.isEmpty() ? here : Optional.of(elsewhere.getFirst());
  }

  /// Each folder once: a dev that was killed leaves its word, and is started there again.
  private static Set<Path> toldElsewhere(Path usual) {
    var folder = elsewhere(usual);
    var told = new TreeSet<Path>();
    if (!Files.isDirectory(folder)) return told;
    try (var notes = Files.newDirectoryStream(folder)) {
      for (var note : notes) {
        try {
          var path = Files.readString(note).strip();
          if (!path.isEmpty()) told.add(Path.of(path));
        } catch (InvalidPathException | IOException garbled) {
          // a word that can't be had is none
        }
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      return told;
    }
    return told;
  }

  /// Leaves word in the usual data folder of a dev that keeps its things elsewhere. That is a
  /// comfort: where it can't be written, `--data` names the dev.
  public static void tellUsual(Path usual, Path data) {
    if (isSame(usual, data)) return;
    try {
      var note = note(OwnFolder.make(elsewhere(usual)));
      Files.writeString(note, data.toAbsolutePath().normalize().toString());
    } catch (IOException notOurs) {
      // see above
    }
  }

  /// Takes that back.
  public static void untellUsual(Path usual) {
    try {
      Files.deleteIfExists(note(elsewhere(usual)));
    } catch (IOException stays) {
      // it names a folder in which no dev runs
    }
  }

  private static boolean isSame(Path a, Path b) {
    return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
  }

  private static Path elsewhere(Path usual) {
    return usual.resolve("dev").resolve("elsewhere");
  }

  private static Path note(Path folder) {
    return folder.resolve(Long.toString(ProcessHandle.current().pid()));
  }

  /// Addresses last written to a data folder. It may be of a dev that was killed: see [#isAlive].
  ///
  /// @throws CommandFailure when what is there can't be read
  static Optional<DevAddresses> find(Path data) {
    var file = file(data);
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), DevAddresses.class));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JacksonException garbled) {
      throw CommandFailure.of(
          file + " is damaged: start `phaseline dev` again, or delete the file", garbled);
    } catch (IOException refused) {
      throw CommandFailure.of("can't read " + file + ": " + refused, refused);
    }
  }

  /// Publishes the addresses in the data folder, in one step: no reader sees half of them.
  ///
  /// @throws CommandFailure when the folder can't be written
  public void announce(Path data) {
    var file = file(data);
    var draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.write(draft, JSON.writeValueAsBytes(this));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException refused) {
      throw CommandFailure.of("can't write " + file + ": " + refused, refused);
    }
  }

  /// Takes back what was announced in a data folder, whoever did.
  public static void withdraw(Path data) {
    try {
      Files.deleteIfExists(file(data));
    } catch (IOException stays) {
      // it says which process it is of, and that has ended
    }
  }

  /// Whether the process that announced it is still there. A number that another process got since
  /// does not count.
  @JsonIgnore // no part of the file, although it is named like a property
  public boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startedMs == 0 || startedMs == startedMs(process))
        .isPresent();
  }

  private static long startedMs(ProcessHandle process) {
    return process.info().startInstant().map(at -> at.toEpochMilli()).orElse(0L);
  }

  private static Path file(Path data) {
    return data.resolve("dev").resolve("addresses.json");
  }
}
