package dev.phaseline.cli.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TerminalWriterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TerminalWriter out = TerminalWriter.to(bytes, () -> true);

  private String written() {
    out.flush();
    return bytes.toString(UTF_8);
  }

  @Test
  void nothingThatATerminalObeysComesThrough() {
    out.println(
        "\u001b[2J\u001b]0;title\u0007\u009b31mred\u202egnp.exe\u200b\r\ud83d \udb40\udc67\u2028");
    assertThat(written())
        .isEqualTo(
            "\\u001b[2J\\u001b]0;title\\u0007\\u009b31mred\\u202egnp.exe\\u200b\\r\\ud83d"
                + " \\udb40\\udc67\\u2028\n");
  }

  @Test
  void lineIsOneLine() {
    out.println("no worker\nphaseline: all is well");
    out.println((Object) "a\nb");
    assertThat(written()).isEqualTo("no worker\\nphaseline: all is well\na\\nb\n");
  }

  @Test
  void lettersOfAllScriptsAndEmojiComeThrough() {
    var text = "M\u00fcller \u0645\u06cc \u6771\u4eac \ud83d\ude80 \u2026";
    out.println(text);
    assertThat(written()).isEqualTo(text + "\n");
  }

  /// Whatever method prints it: each character by itself, all in one, formatted, appended.
  @Test
  void everyCharacterIsEscapedByEveryMethodOrHarmless() {
    var random = new Random(11);
    for (var round = 0; round < 300; round++) {
      var text = new StringBuilder();
      for (var i = 0; i < 20; i++) text.append((char) random.nextInt(0x10000));
      out.print(text);
      out.print(text.charAt(0));
      out.print(text.toString().toCharArray());
      out.append(text).append(text.charAt(1));
      out.format("%s", text);
      out.write(text.charAt(2));
      out.styled(text.toString());
    }
    var kinds =
        written().codePoints().filter(it -> "\n\r\t".indexOf(it) < 0).map(Character::getType);
    assertThat(kinds.distinct().toArray())
        .doesNotContain(Character.CONTROL, Character.FORMAT, Character.SURROGATE);
    assertThat(written()).doesNotContain("\u001b").doesNotContain("\u009b");
  }

  @Test
  void escapedJsonMeansWhatItMeant() throws Exception {
    var json = JsonMapper.builder().build();
    var text = "a\u001b\u009b\u202e\u200c \ud83c\udff4\udb40\udc67 \ud83d \ue000 \n\t\"\\";
    out.println(json.writeValueAsString(text));
    assertThat(json.readValue(written(), String.class)).isEqualTo(text);
  }

  @Test
  void ownStylesComeThroughAndNoOthers() {
    var own = "\u001b[1mbold\u001b[0m\u001b[?2026h\u001b[3A\r\u001b[K\u001b[?25l\n";
    out.styled(own);
    assertThat(written()).isEqualTo(own);
    bytes.reset();
    out.styled("\u001b]0;title\u0007 \u001b[6n \u001b[?1000h \u001bP \u001b[20t");
    assertThat(written()).doesNotContain("\u001b");
  }

  @Test
  void bytesAreForFilesOnly() {
    assertThatThrownBy(() -> out.bytes(new byte[] {27})).isInstanceOf(IllegalStateException.class);
    var file = TerminalWriter.to(bytes, () -> false);
    file.print("a");
    file.bytes(new byte[] {27, (byte) 0xff, 13, 10});
    assertThat(bytes.toByteArray()).isEqualTo(new byte[] {'a', 27, (byte) 0xff, 13, 10});
  }

  @Test
  void oneInFrontOfAnotherEscapesOnce() {
    var text = new StringWriter();
    var inner = TerminalWriter.of(new PrintWriter(text));
    assertThat(TerminalWriter.of(inner)).isSameAs(inner);
    inner.println("a\u001b");
    assertThat(text).hasToString("a\\u001b" + System.lineSeparator());
  }
}
