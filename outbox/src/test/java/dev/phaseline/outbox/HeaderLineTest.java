package dev.phaseline.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class HeaderLineTest {
  @Test
  void headersComeBackAsTheyWere() {
    var headers = new RecordHeaders();
    headers.add("pl-job", "order-17".getBytes(UTF_8));
    headers.add("pl-tags", "a=b&c=%ü\n".getBytes(UTF_8));
    headers.add("pl-tags", new byte[0]);
    headers.add("naïve=name", new byte[] {0, -1, '%', '&'});
    headers.add("none", null);
    var line = HeaderLine.of(headers);
    assertThat(line).matches("[\\x21-\\x7e]+").startsWith("pl-job=order-17&pl-tags=a%3Db%26c%3D");
    assertThat(HeaderLine.read(line)).isEqualTo(headers);
  }

  @Test
  void noHeadersAreAnEmptyLine() {
    assertThat(HeaderLine.of(new RecordHeaders())).isEmpty();
    assertThat(HeaderLine.read("")).isEmpty();
  }

  @Test
  void halfAByteIsRefused() {
    assertThatThrownBy(() -> HeaderLine.read("a=%4")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HeaderLine.read("a=%zz")).isInstanceOf(IllegalArgumentException.class);
  }
}
