package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The file that says who may use the console: one line for each token, `NAME ROLE SHA256 EXPIRES`,
/// where the last is a time or `never`. It holds hashes only, so reading it lets nobody in. A token
/// is 256 random bits: nothing can be guessed about it, which is why a fast hash is enough.
///
/// The file is looked at again whenever it has changed, so taking a line out shuts its token and
/// all sessions that were begun with it out at once. A file that can't be read admits nobody.
/// Thread-safe; two processes that add to one file at the same time can lose one's line.
public final class Tokens {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final String NEVER = "never";
  private static final String PREFIX = "pl_";
  private static final int BYTES = 32;
  private static final long FILE_BYTES_MAX = 1 << 20;

  private final Path file;
  private List<Entry> entries = List.of();
  private FileTime seen = FileTime.fromMillis(0);
  private long seenSize = -1;

  /// One token.
  ///
  /// @param expires when it ends; [Instant#MAX] for never
  record Entry(String name, Role role, String hash, Instant expires) {
    boolean isOver(Instant now) {
      return !now.isBefore(expires);
    }

    String line() {
      return name
          + ' '
          + role.text()
          + ' '
          + hash
          + ' '
          + (expires.equals(Instant.MAX) ? NEVER : expires);
    }
  }

  private Tokens(Path file) {
    this.file = file;
  }

  /// Reads a file.
  ///
  /// @throws ConsoleException when it is not there, has no token, or has a line that is none
  static Tokens read(Path file) {
    var tokens = new Tokens(file);
    if (tokens.current().isEmpty()) {
      throw new ConsoleException(
          "the token file "
              + file
              + " has no token; make one with `phaseline console token NAME --role admin`");
    }
    return tokens;
  }

  /// Makes a token and adds it to the file, which is made when it is not there, for its owner's
  /// eyes only.
  ///
  /// @param life how long it is good for; empty for ever
  /// @return the token, which is nowhere else and can't be shown again
  /// @throws ConsoleException when the name can't be used or is taken, or the file can't be written
  public static String create(Path file, String name, Role role, Optional<Duration> life) {
    if (!NAME.matcher(name).matches()) {
      throw new ConsoleException(
          "a token's name is 1 to 64 of letters, digits and . _ @ -, beginning with a letter or"
              + " digit: '"
              + name
              + "'");
    }
    var tokens = new Tokens(file);
    var all = new ArrayList<>(Files.exists(file) ? tokens.current() : List.<Entry>of());
    if (all.stream().anyMatch(entry -> entry.name().equals(name))) {
      throw new ConsoleException(
          "the token file "
              + file
              + " already has a token '"
              + name
              + "'; take its line out first, or choose another name");
    }
    var token = random();
    var expires = life.map(span -> Instant.now().plus(span)).orElse(Instant.MAX);
    all.add(new Entry(name, role, hash(token), expires));
    write(file, all);
    return token;
  }

  /// 256 random bits, as text.
  static String random() {
    var bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The entry of a token that somebody showed, expired or not; empty when there is none.
  Optional<Entry> find(String token) {
    return byHash(hash(token));
  }

  /// The entry with that hash; empty when it is no longer in the file.
  Optional<Entry> byHash(String hash) {
    var wanted = hash.getBytes(UTF_8);
    for (var entry : current()) {
      if (MessageDigest.isEqual(entry.hash().getBytes(UTF_8), wanted)) return Optional.of(entry);
    }
    return Optional.empty();
  }

  private synchronized List<Entry> current() {
    try {
      var changed = Files.getLastModifiedTime(file);
      var size = Files.size(file);
      if (changed.equals(seen) && size == seenSize) return entries;
      if (size > FILE_BYTES_MAX) {
        throw new ConsoleException("the token file " + file + " is larger than 1 MiB");
      }
      entries = parse(Files.readString(file));
      seen = changed;
      seenSize = size;
      return entries;
    } catch (NoSuchFileException missing) {
      throw new ConsoleException(
          "there is no token file "
              + file
              + "; make one with `phaseline console token NAME --role admin --tokens "
              + file
              + "`",
          missing);
    } catch (IOException unreadable) {
      throw new ConsoleException(
          "can't read the token file "
              + file
              + ": "
              + unreadable.getClass().getSimpleName()
              + "; it must be text that this user may read",
          unreadable);
    }
  }

  private List<Entry> parse(String text) {
    var found = new ArrayList<Entry>();
    var number = 0;
    for (var line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) continue;
      var words = line.strip().split("\\s+", -1);
      var role = words.length == 4 ? Role.parse(words[1]) : Optional.<Role>empty();
      if (role.isEmpty()
          || !NAME.matcher(words[0]).matches()
          || !HASH.matcher(words[2]).matches()) {
        throw bad(number);
      }
      found.add(new Entry(words[0], role.get(), words[2], expires(words[3], number)));
    }
    return List.copyOf(found);
  }

  private Instant expires(String word, int number) {
    if (word.equals(NEVER)) return Instant.MAX;
    try {
      return Instant.parse(word);
    } catch (DateTimeParseException wrong) {
      throw bad(number);
    }
  }

  private ConsoleException bad(int line) {
    return new ConsoleException(
        "line "
            + line
            + " of the token file "
            + file
            + " is not `NAME viewer|operator|admin SHA256 EXPIRES`; mend it or take it out");
  }

  private static void write(Path file, List<Entry> entries) {
    var text = new StringBuilder("# who may use the console: NAME ROLE SHA256-OF-TOKEN EXPIRES\n");
    for (var entry : entries) text.append(entry.line()).append('\n');
    try {
      var folder = file.toAbsolutePath().getParent();
      if (folder != null) Files.createDirectories(folder);
      var next = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(next);
      if (next.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            next,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new ConsoleException(
          "can't write the token file "
              + file
              + ": "
              + unwritable.getClass().getSimpleName()
              + "; name another with --tokens",
          unwritable);
    }
  }

  static String hash(String token) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
