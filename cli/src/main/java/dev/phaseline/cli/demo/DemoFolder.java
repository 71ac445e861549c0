package dev.phaseline.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.cli.config.OwnFolder;
import dev.phaseline.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/// Data folder of a demo, locked by one process at a time. The operating system lets go of the lock
/// when the process dies, however it dies.
final class DemoFolder implements AutoCloseable {
  private static final String LOCK = "lock";

  /// Folder of the demo of cities in the data folder.
  private static final String CITIES = "demo";

  private final Path path;
  private final FileChannel lock;

  private DemoFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes and locks `demo` in the data folder.
  ///
  /// @throws CommandFailure when the folder can't be written, or another demo is at work in it
  static DemoFolder open(Path dataDir) {
    return open(dataDir, CITIES);
  }

  /// Makes and locks a folder of that name in the data folder.
  ///
  /// @throws CommandFailure when the folder can't be written, or another demo is at work in it
  static DemoFolder open(Path dataDir, String name) {
    return openIfFree(dataDir, name).orElseThrow(() -> taken(dataDir, name));
  }

  /// Makes and locks `demo` in the data folder, unless another demo is at work in it.
  ///
  /// @throws CommandFailure when the folder can't be written
  static Optional<DemoFolder> openIfFree(Path dataDir) {
    return openIfFree(dataDir, CITIES);
  }

  private static Optional<DemoFolder> openIfFree(Path dataDir, String name) {
    var path = dataDir.toAbsolutePath().normalize().resolve(name);
    try {
      OwnFolder.makeOurs(path);
      // The lock lies beside the folder's content: wiping that must not let go of it.
      return lock(path).map(lock -> new DemoFolder(path, lock));
    } catch (IOException | SecurityException refused) {
      throw CommandFailure.of(
          "can't write to data folder "
              + dataDir
              + " ("
              + refused.getClass().getSimpleName()
              + ": "
              + refused.getMessage()
              + "); make it writable or choose another with --data DIR",
          refused);
    }
  }

  private static Optional<FileChannel> lock(Path path) throws IOException {
    var channel =
        FileChannel.open(
            path.resolve(LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        channel.close();
        return Optional.empty();
      }
    } catch (OverlappingFileLockException heldHere) {
      channel.close();
      return Optional.empty();
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)));
    return Optional.of(channel);
  }

  static CommandFailure taken(Path dataDir) {
    return taken(dataDir, CITIES);
  }

  private static CommandFailure taken(Path dataDir, String name) {
    return CommandFailure.of(
        "a demo is already at work in "
            + dataDir
            + " ("
            + holder(dataDir, name)
            + "); wait for it, stop it, or choose another folder with --data DIR");
  }

  private static String holder(Path dataDir, String name) {
    try {
      var pid = Files.readString(dataDir.resolve(name).resolve(LOCK)).strip();
      return pid.isEmpty()
          ? "another process"
          : pid.equals(Long.toString(ProcessHandle.current().pid()))
              ? "this process"
              : "process " + pid;
    } catch (IOException unreadable) {
      return "another process";
    }
  }

  Path path() {
    return path;
  }

  Path broker() {
    return path.resolve("broker");
  }

  Path database() {
    return path.resolve("cities.db");
  }

  /// The file with the addresses of a running demo; see [DemoSite].
  Path addresses() {
    return path.resolve("addresses.json");
  }

  Path runFile() {
    return path.resolve("run.json");
  }

  /// Deletes everything that earlier demos left here, and nothing else.
  ///
  /// @throws CommandFailure naming the file that can't be deleted
  void wipe() {
    try {
      // The run goes first: killed halfway, there must not be a run whose topics are gone.
      Files.deleteIfExists(runFile());
      Files.walkFileTree(path, new Deletion());
    } catch (IOException refused) {
      throw CommandFailure.of(
          "can't wipe " + path + ": " + refused.getMessage() + "; delete it by hand", refused);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException alreadyGone) {
      // the lock goes with the channel either way
    }
  }

  private final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!file.equals(path.resolve(LOCK))) Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path folder, @org.jspecify.annotations.Nullable IOException failed) throws IOException {
      if (failed != null) throw failed;
      if (!folder.equals(path)) Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
