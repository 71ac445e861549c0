package dev.phaseline.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.worker.telemetry.AbortCause;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

final class AbortCauseTest {
  @Test
  void failuresAreToldApartByWhatIsBehindThem() {
    assertThat(AbortCause.of(new ProducerFencedException("x"))).isEqualTo(AbortCause.FENCED);
    assertThat(AbortCause.of(new KafkaException("x", new InvalidProducerEpochException("y"))))
        .isEqualTo(AbortCause.FENCED);
    assertThat(AbortCause.of(new CommitFailedException("x"))).isEqualTo(AbortCause.NOT_A_MEMBER);
    assertThat(AbortCause.of(new KafkaException("x", new RecordTooLargeException("y"))))
        .isEqualTo(AbortCause.TOO_LARGE);
    assertThat(AbortCause.of(new KafkaException("x", new InvalidRecordException("y"))))
        .isEqualTo(AbortCause.INVALID_RECORD);
    assertThat(AbortCause.of(new KafkaException("x", new InvalidTimestampException("y"))))
        .isEqualTo(AbortCause.INVALID_RECORD);
    assertThat(AbortCause.of(new TopicAuthorizationException("x"))).isEqualTo(AbortCause.DENIED);
    assertThat(AbortCause.of(new DisconnectException("x"))).isEqualTo(AbortCause.DISCONNECTED);
    assertThat(AbortCause.of(new TimeoutException("x"))).isEqualTo(AbortCause.TIMED_OUT);
    assertThat(AbortCause.of(new KafkaException("x"))).isEqualTo(AbortCause.OTHER);
  }

  @Test
  void aLimitOfTheBrokersThatIsInTheWayIsNamedWithTheRemedy() {
    assertThat(CommitFailures.words(new KafkaException("x", new InvalidTxnTimeoutException("y"))))
        .contains("transaction.max.timeout.ms", "raise it");
    var told = Errors.OFFSET_METADATA_TOO_LARGE.message();
    assertThat(CommitFailures.words(new KafkaException("x", new OffsetMetadataTooLarge(told))))
        .contains("offset.metadata.max.bytes", "4096");
    assertThat(CommitFailures.words(new KafkaException("x", new KafkaException("error: " + told))))
        .as("as the client has it")
        .contains("offset.metadata.max.bytes");
  }

  @Test
  void labelsAreDistinctWordsThatPrometheusTakes() {
    assertThat(Arrays.stream(AbortCause.values()).map(AbortCause::text))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.matches("[a-z_]+"));
  }
}
