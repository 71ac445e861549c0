package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What goes out of the command and how it comes in, whatever the command.
final class OutputTest {
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private final TerminalWriter err = TerminalWriter.to(errBytes, () -> false);

  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDiskIsAFailureWithAWord() throws Exception {
    for (var arguments : new String[][] {{"version"}, {"--help"}, {"topics"}}) {
      errBytes.reset();
      try (var full = new FileOutputStream("/dev/full")) {
        var status = Main.run(TerminalWriter.to(full, () -> false), err, arguments);
        assertThat(status).isEqualTo(ExitStatus.FAILED);
      }
      assertThat(errBytes.toString(UTF_8).lines())
          .singleElement()
          .asString()
          .startsWith("phaseline: can't write to standard output: No space left on device");
    }
  }

  @Test
  void closedPipeIsQuiet() {
    var closed =
        new OutputStream() {
          @Override
          public void write(int single) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(Main.run(TerminalWriter.to(closed, () -> false), err, "version")).isZero();
    assertThat(errBytes.toString(UTF_8)).isEmpty();
  }

  @Test
  void wrongCommandLineThatMovesTheCursorIsEscaped() {
    for (var arguments :
        new String[][] {
          {"\u001b[2J\u009b1m"},
          {"version", "\u202e"},
          {"dead", "show", "--demo", "\u001b]0;x\u0007", "0-1"},
          {"worker", "--config", "/no/\u001b[2J\nsuch"},
          {"jobs", "--console", "http://\u001b[2J/"},
          {"demo", "--limit", "\u001b[2J"},
        }) {
      errBytes.reset();
      assertThat(Main.run(err, err, arguments)).isNotZero();
      assertThat(errBytes.toString(UTF_8)).startsWith("phaseline: ");
      assertThat(errBytes.toString(UTF_8).codePoints())
          .noneMatch(it -> it != '\n' && Character.isISOControl(it))
          .noneMatch(it -> it == 0x202e);
      assertThat(errBytes.toString(UTF_8).lines().count()).isLessThan(3);
    }
  }

  @Test
  void argumentsAreUtf8WhateverTheLocale() {
    var line = "java\0-cp\0x\0Main\0job\0team/\u00fc\u6771 a?\0".getBytes(UTF_8);
    var patched = new String[] {"job", "team/????? a?"};
    assertThat(Arguments.decoded(patched, line)).containsExactly("job", "team/\u00fc\u6771 a?");

    var other = "java\0Main\0jobs\0x\0".getBytes(UTF_8);
    assertThat(Arguments.decoded(patched, other)).as("not these").isSameAs(patched);
    var latin = "java\0Main\0job\0team/\u00fc\0".getBytes(ISO_8859_1);
    assertThatThrownBy(() -> Arguments.decoded(new String[] {"job", "team/?"}, latin))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("argument 2 is not in UTF-8");
  }

  @Test
  void whatLibrariesPrintIsEscapedToo() {
    var stray = StrayLines.into(err);
    stray.print("Exception in thread \"\u001b[2J\"\n\tat x");
    stray.println("\u009b\u00e9");
    assertThat(errBytes.toString(UTF_8))
        .isEqualTo("Exception in thread \"\\u001b[2J\"\n\tat x\\u009b\u00e9\n");
  }

  /// A writer made anywhere else would be a way past the one that escapes.
  @Test
  void commandsPrintThroughNothingElse() throws IOException {
    var sources = Path.of("src", "main", "java");
    try (var files = Files.walk(sources)) {
      var wrong =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("TerminalWriter.java"))
              .filter(OutputTest::printsByItself)
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toSet());
      assertThat(wrong).containsExactlyInAnyOrder("Main.java", "StrayLines.java");
    }
  }

  private static boolean printsByItself(Path file) {
    try {
      var text = Files.readString(file);
      return text.contains("System.out")
          || text.contains("System.err")
          || text.contains("System.setOut")
          || text.contains("new PrintWriter(")
          || text.contains("new PrintStream(")
          || text.contains("FileDescriptor.");
    } catch (IOException unreadable) {
      throw new AssertionError(file.toString(), unreadable);
    }
  }
}
