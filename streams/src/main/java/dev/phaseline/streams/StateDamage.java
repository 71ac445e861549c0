package dev.phaseline.streams;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.streams.errors.LockException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/// Damaged local state of one task, and its removal. Kafka Streams opens what it finds in its
/// folder when it starts, and gives up when a file is damaged or missing. All of it is a copy of
/// topics, so a task's part is removed and restored from there. Thread-safe.
final class StateDamage {
  /// Troubles of the disk or of rights, which a restored copy would meet again.
  private static final List<String> NOT_OF_THE_FILES =
      List.of(
          "no space left",
          "quota exceeded",
          "permission denied",
          "access denied",
          "read-only file system",
          "too many open files",
          "input/output error",
          "lock hold by current process",
          "while lock file");

  private static final Pattern TASK = Pattern.compile("(?<![0-9A-Za-z_])\\d+_\\d+(?![0-9A-Za-z_])");

  private StateDamage() {}

  /// The folder of the task whose files are damaged, if that is what this failure is about.
  ///
  /// @param application the folder of the application, with a folder for each task
  static Optional<Path> folder(Throwable thrown, Path application) {
    var causes = CausalChain.of(thrown);
    if (causes.stream().noneMatch(ProcessorStateException.class::isInstance)) {
      return Optional.empty();
    }
    for (var cause : causes) {
      if (cause instanceof LockException || isOfDiskOrRights(cause)) return Optional.empty();
    }
    for (var cause : causes) {
      var names = TASK.matcher(String.valueOf(cause.getMessage()));
      while (names.find()) {
        var task = application.resolve(names.group());
        if (Files.isDirectory(task)) return Optional.of(task);
      }
    }
    return Optional.empty();
  }

  private static boolean isOfDiskOrRights(Throwable cause) {
    if (!(cause instanceof IOException || cause instanceof RocksDBException)) return false;
    var message =
        (cause.getClass().getSimpleName() + ' ' + cause.getMessage()).toLowerCase(Locale.ROOT);
    return cause instanceof java.nio.file.AccessDeniedException
        || NOT_OF_THE_FILES.stream().anyMatch(message::contains);
  }

  static boolean isDiskFull(Throwable cause) {
    var message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded");
  }

  /// Removes a task's folder.
  ///
  /// @throws IOException when that can't be done
  static void remove(Path task) throws IOException {
    Files.walkFileTree(
        task,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
              throws IOException {
            if (failed != null) throw failed;
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
