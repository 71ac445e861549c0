package dev.phaseline.worker.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.FailureText;
import dev.phaseline.schemas.HeaderNames;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/// Histories that another writer put under our header's name.
final class AttemptHistoryTest {
  private final AttemptHistory history =
      new AttemptHistory("w1", InstantSource.fixed(Instant.EPOCH), () -> 0);

  /// @param entries of the header
  private String after(String entries, int failuresOmitted) {
    var record = new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]);
    record.headers().add(HeaderNames.HISTORY, ("[" + entries + "]").getBytes(UTF_8));
    var failed = new Failure(3, 0, 0, Failure.Kind.THROWN, new FailureText("a.B", "no", List.of()));
    return String.valueOf(history.of(record, List.of(failed), failuresOmitted));
  }

  @Test
  void numbersThatAreNoneDoNotChangeHowManyAttemptsAreMissing() {
    for (var hostile :
        List.of(
            "9223372036854775807", "18446744073709551617", "-5", "1.5", "\"7\"", "null", "1e3")) {
      var text = after("{\"omitted\":" + hostile + "}", 2);
      assertThat(text).as(hostile).contains("{\"omitted\":2}");
    }
  }

  @Test
  void whatIsMissingIsAddedUpAndNeverBecomesNegative() {
    assertThat(after("{\"omitted\":4}", 2)).contains("{\"omitted\":6}");
    assertThat(after("{\"omitted\":2147483647},{\"omitted\":2147483647}", 2))
        .contains("{\"omitted\":2147483647}");
  }
}
