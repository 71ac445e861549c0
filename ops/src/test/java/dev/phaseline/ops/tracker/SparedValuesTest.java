package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class SparedValuesTest {
  private final SparedValues values = new SparedValues("pl.tracker");

  @Test
  void aPayloadIsNotCopiedButSeenToBeThere() {
    var payload = ByteBuffer.wrap(new byte[1_000]);
    assertThat(values.deserialize("pl.hello.greet", new RecordHeaders(), payload)).isEmpty();
    assertThat(values.deserialize("pl.hello.greet", new byte[9])).isEmpty();
  }

  @Test
  void noValueStaysNoValueAndItsOwnTopicsAreReadWhole() {
    assertThat(values.deserialize("pl.hello.greet", new RecordHeaders(), (ByteBuffer) null))
        .isNull();
    var events = ByteBuffer.wrap(new byte[] {1, 2});
    assertThat(values.deserialize("pl.tracker-events-repartition", new RecordHeaders(), events))
        .containsExactly(1, 2);
  }
}
