package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The command's arguments as they were typed. A JVM that starts with no locale (`LC_ALL=C`, cron,
/// a bare container) turns every letter outside of ASCII into a question mark before any code of
/// ours runs, and such a word names another job; the system still has the bytes. Stateless.
final class Arguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /// The arguments, in UTF-8.
  ///
  /// @throws CommandFailure when one of them is not UTF-8
  static String[] asTyped(String[] args) {
    var mayBeWrong =
        !UTF_8.equals(nativeCharset())
            ? Arrays.stream(args).anyMatch(Arguments::isPatched)
            : Arrays.stream(args).anyMatch(word -> word.indexOf('\ufffd') >= 0);
    if (!mayBeWrong) return args;
    try {
      return decoded(args, Files.readAllBytes(COMMAND_LINE));
    } catch (IOException notLinux) {
      return args;
    }
  }

  private static boolean isPatched(String word) {
    return word.chars().anyMatch(character -> character == '?' || character > 0x7e);
  }

  private static Charset nativeCharset() {
    var name = System.getProperty("sun.jnu.encoding", "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
  }

  /// The last words of the process's command line, if those are the arguments.
  ///
  /// @param commandLine words, each with a NUL after it
  static String[] decoded(String[] args, byte[] commandLine) {
    var words = words(commandLine);
    if (words.size() < args.length) return args;
    var last = words.subList(words.size() - args.length, words.size());
    var typed = new String[args.length];
    for (var at = 0; at < args.length; at++) {
      try {
        typed[at] = UTF_8.newDecoder().decode(ByteBuffer.wrap(last.get(at))).toString();
      } catch (CharacterCodingException notUtf8) {
        throw CommandFailure.usage(
            "argument "
                + (at + 1)
                + " is not in UTF-8, as everything here must be: '"
                + args[at]
                + "'");
      }
      var asGiven = args[at].replaceAll("[^ -~]|\\?", "");
      if (!typed[at].replaceAll("[^ -~]|\\?", "").equals(asGiven)) return args;
    }
    return typed;
  }

  private static List<byte[]> words(byte[] commandLine) {
    var words = new ArrayList<byte[]>();
    var from = 0;
    for (var at = 0; at < commandLine.length; at++) {
      if (commandLine[at] != 0) continue;
      words.add(Arrays.copyOfRange(commandLine, from, at));
      from = at + 1;
    }
    return words;
  }
}
