package dev.phaseline.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A small text file that an option names. Devices, pipes and folders are refused by name, and so
/// is what is far too large: a command must not wait or read without an end. Stateless.
public final class InputFile {
  private InputFile() {}

  /// Reads it whole.
  ///
  /// @param what it is, for what is said: "server file"
  /// @throws ServerConfigException naming the file and what is wrong with it
  public static String text(Path file, String what, int bytesMax) {
    try {
      if (!Files.exists(file)) throw new ServerConfigException("there is no " + what + ' ' + file);
      if (Files.isDirectory(file)) {
        throw new ServerConfigException(what + ' ' + file + " is a folder: name the file in it");
      }
      if (!Files.isRegularFile(file)) {
        throw new ServerConfigException(
            what + ' ' + file + " is a pipe or a device: write it to a file, and name that");
      }
      try (var in = Files.newInputStream(file)) {
        var bytes = in.readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
          throw new ServerConfigException(
              what
                  + ' '
                  + file
                  + " has more than "
                  + (bytesMax >> 10)
                  + " KiB: is it the right one?");
        }
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    } catch (CharacterCodingException binary) {
      throw new ServerConfigException(what + ' ' + file + " is not text in UTF-8");
    } catch (IOException unreadable) {
      throw new ServerConfigException("can't read " + what + ' ' + file + ": " + why(unreadable));
    }
  }

  /// A failure in words, without the path, which the caller names.
  public static String why(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user may not";
      default -> {
        var message = failure.getMessage();
        yield message == null ? failure.getClass().getSimpleName() : message;
      }
    };
  }
}
