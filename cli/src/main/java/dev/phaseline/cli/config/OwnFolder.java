package dev.phaseline.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;

/// A folder that only its owner may look into: logs, state, a broker's segments and a demo's table
/// hold payloads, and a machine has other users. Stateless.
public final class OwnFolder {
  private static final String OWNER_ONLY = "rwx------";

  private OwnFolder() {}

  /// Makes a folder and those above it that are missing, each for the owner alone; `.phaseline` and
  /// the folder in it lose what rights others have. Other folders that are there keep theirs: they
  /// were made by somebody for a reason.
  ///
  /// @throws IOException when it can't be made
  public static Path make(Path folder) throws IOException {
    var path = folder.toAbsolutePath().normalize();
    var missing = new ArrayDeque<Path>();
    for (var at = path; at != null && !Files.exists(at); at = at.getParent()) missing.push(at);
    for (var one : missing) create(one);
    Files.createDirectories(path); // which throws when it is a file
    for (var at = path; at != null; at = at.getParent()) {
      if (!at.endsWith(".phaseline")) continue;
      close(at);
      close(path);
    }
    return folder;
  }

  /// The same for a folder that is ours wherever it is: others lose what rights they have.
  public static Path makeOurs(Path folder) throws IOException {
    make(folder);
    close(folder);
    return folder;
  }

  /// Removal of other users' rights; a folder of another user, or on a file system without rights,
  /// stays.
  private static void close(Path folder) {
    var view = Files.getFileAttributeView(folder, PosixFileAttributeView.class);
    if (view == null) return;
    try {
      var rights = view.readAttributes().permissions();
      if (rights.removeIf(right -> !right.name().startsWith("OWNER"))) view.setPermissions(rights);
    } catch (IOException anotherUsers) {
      // then its owner says who may look into it
    }
  }

  private static void create(Path folder) throws IOException {
    var parent = folder.getParent();
    if (parent != null && Files.getFileStore(parent).supportsFileAttributeView("posix")) {
      var rights = PosixFilePermissions.fromString(OWNER_ONLY);
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(rights));
    } else {
      Files.createDirectory(folder);
    }
  }
}
