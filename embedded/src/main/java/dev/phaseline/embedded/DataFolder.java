package dev.phaseline.embedded;

import static dev.phaseline.embedded.BrokerStartException.Reason.DISK_FULL;
import static dev.phaseline.embedded.BrokerStartException.Reason.FOLDER_DAMAGED;
import static dev.phaseline.embedded.BrokerStartException.Reason.FOLDER_FOREIGN;
import static dev.phaseline.embedded.BrokerStartException.Reason.FOLDER_LOCKED;
import static dev.phaseline.embedded.BrokerStartException.Reason.FOLDER_UNWRITABLE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/// The broker's data folder, locked for this broker from [#open] to [#close], and known to be
/// either ours or empty. The operating system drops the lock when the process dies, however it
/// dies.
final class DataFolder implements AutoCloseable {
  static final int NODE_ID = 1;

  private static final String LOCK = "phaseline-broker.lock";
  private static final String KAFKA_LOCK = ".lock";
  private static final String IDENTITY = "meta.properties";

  /// Files that may be in a folder whose formatting did not finish, beside Kafka's own.
  private static final Set<String> HARMLESS =
      Set.of(LOCK, LastPort.FILE, KAFKA_LOCK, "lost+found", ".gitignore");

  private final Path path;
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes, locks, checks and, on first use, formats the folder.
  ///
  /// @param freeBytesMin refuses a disk with less space than that
  /// @throws BrokerStartException naming the folder, what is wrong and what to do
  static DataFolder open(Path folder, long freeBytesMin) {
    var path = folder.toAbsolutePath().normalize();
    makeWritable(path);
    checkSpace(path, freeBytesMin);
    var opened = new DataFolder(path, lock(path));
    try {
      opened.checkNoOtherKafka();
      if (!Files.exists(path.resolve(IDENTITY))) {
        opened.checkNothingForeign();
        opened.format();
      }
      opened.checkIdentity();
      return opened;
    } catch (BrokerStartException failed) {
      opened.close();
      throw failed;
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException alreadyGone) {
      // the lock goes with the channel either way
    }
  }

  private static void makeWritable(Path path) {
    try {
      Files.createDirectories(path);
      var probe = Files.createTempFile(path, ".probe", null);
      Files.delete(probe);
    } catch (IOException | SecurityException refused) {
      throw new BrokerStartException(
          isDiskFull(refused) ? DISK_FULL : FOLDER_UNWRITABLE,
          "can't write to data folder "
              + path
              + " ("
              + reason(refused)
              + "); give the user that runs this write access, or choose another folder",
          refused);
    }
  }

  private static void checkSpace(Path path, long freeBytesMin) {
    long free;
    try {
      free = Files.getFileStore(path).getUsableSpace();
    } catch (IOException unknown) {
      return; // a file system that won't say how full it is will say so when it is full
    }
    if (free < freeBytesMin) {
      throw new BrokerStartException(
          DISK_FULL,
          "the disk of data folder %s has %,d MiB free, the broker wants %,d MiB; free some space"
                  .formatted(path, free >> 20, freeBytesMin >> 20)
              + ", or choose another folder");
    }
  }

  private static FileChannel lock(Path path) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (channel.tryLock() == null) throw locked(path, channel);
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)));
      return channel;
    } catch (OverlappingFileLockException here) {
      throw locked(path, channel);
    } catch (IOException refused) {
      close(channel);
      throw new BrokerStartException(
          isDiskFull(refused) ? DISK_FULL : FOLDER_UNWRITABLE,
          "can't lock data folder " + path + " (" + reason(refused) + "); choose another folder",
          refused);
    }
  }

  private static BrokerStartException locked(Path path, @Nullable FileChannel channel) {
    var holder = "another process";
    try {
      var pid = Files.readString(path.resolve(LOCK)).strip();
      if (!pid.isEmpty()) holder = "process " + pid;
    } catch (IOException unreadable) {
      // the number is a courtesy
    }
    close(channel);
    return new BrokerStartException(
        FOLDER_LOCKED,
        "data folder "
            + path
            + " is in use by a broker in "
            + holder
            + "; stop that one first,"
            + " or choose another folder");
  }

  /// A Kafka that isn't ours does not know our lock file, but we know its.
  private void checkNoOtherKafka() {
    var file = path.resolve(KAFKA_LOCK);
    if (!Files.exists(file)) return;
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) return;
    } catch (OverlappingFileLockException here) {
      // held by this very process
    } catch (IOException unreadable) {
      return; // Kafka itself will say
    }
    throw new BrokerStartException(
        FOLDER_LOCKED,
        "data folder "
            + path
            + " is in use by a Kafka broker; stop it first, or choose another"
            + " folder");
  }

  private void checkNothingForeign() {
    try (var entries = Files.list(path)) {
      var foreign =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !HARMLESS.contains(name) && !leftByFormatting(name))
              .findFirst();
      if (foreign.isEmpty()) return;
      throw new BrokerStartException(
          FOLDER_FOREIGN,
          "data folder "
              + path
              + " holds other files ("
              + foreign.get()
              + ") and no "
              + IDENTITY
              + "; choose an empty folder");
    } catch (IOException unreadable) {
      throw unreadable(unreadable);
    }
  }

  private static boolean leftByFormatting(String name) {
    return name.startsWith("bootstrap.checkpoint")
        || name.startsWith(IDENTITY)
        || name.startsWith("__cluster_metadata-");
  }

  private void format() {
    try {
      new Formatter()
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(path.toString())
          .setMetadataLogDirectory(path.toString())
          .setControllerListenerName(BrokerPorts.CONTROLLER)
          .setIgnoreFormatted(true)
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
          .run();
    } catch (Exception failed) {
      throw new BrokerStartException(
          isDiskFull(failed) ? DISK_FULL : FOLDER_UNWRITABLE,
          "can't format data folder " + path + " (" + reason(failed) + "); choose another folder",
          failed);
    }
  }

  private void checkIdentity() {
    var file = path.resolve(IDENTITY);
    var found = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      found.load(in);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw damaged(file, reason(unreadable));
    }
    for (var name : List.of("version", "cluster.id", "node.id", "directory.id")) {
      if (found.getProperty(name, "").isBlank()) throw damaged(file, name + " is missing");
    }
    if (!found.getProperty("version").equals("1")) {
      throw foreign(file, "it has version " + found.getProperty("version") + ", not 1");
    }
    if (!found.getProperty("node.id").equals(Integer.toString(NODE_ID))) {
      throw foreign(file, "its node.id is " + found.getProperty("node.id") + ", not " + NODE_ID);
    }
    try {
      Uuid.fromString(found.getProperty("directory.id"));
    } catch (IllegalArgumentException notAnId) {
      throw damaged(file, "directory.id is not an id");
    }
  }

  private static BrokerStartException damaged(Path file, String what) {
    return new BrokerStartException(
        FOLDER_DAMAGED,
        file + " is damaged (" + what + "); restore it, or delete the folder to start empty");
  }

  private static BrokerStartException foreign(Path file, String what) {
    return new BrokerStartException(
        FOLDER_FOREIGN, file + " belongs to another Kafka (" + what + "); choose another folder");
  }

  private BrokerStartException unreadable(IOException cause) {
    return new BrokerStartException(
        FOLDER_UNWRITABLE,
        "can't read data folder " + path + " (" + reason(cause) + "); choose another folder",
        cause);
  }

  private static void close(@Nullable FileChannel channel) {
    if (channel == null) return;
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      // nothing was written through it
    }
  }

  static boolean isDiskFull(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains("No space left on device")) return true;
    }
    return false;
  }

  private static String reason(Throwable failure) {
    return failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }
}
