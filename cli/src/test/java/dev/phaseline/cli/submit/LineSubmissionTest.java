package dev.phaseline.cli.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobType;
import dev.phaseline.schemas.HeaderNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class LineSubmissionTest {
  private static final LineSubmission.Naming BY_LINE =
      new LineSubmission.Naming("import-", null, null);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  private static InputStream in(String... lines) {
    return new ByteArrayInputStream(String.join("\n", lines).getBytes(UTF_8));
  }

  private static LineSubmission submission(LineSubmission.Naming naming, long firstLine) {
    return new LineSubmission(JsonEncoder.text("hello.greet"), new JobOptions(), naming, firstLine);
  }

  private long submit(LineSubmission submission, InputStream lines) throws Exception {
    try (var client = JobClient.withProducer(producer, JobClient.Settings.DEFAULT);
        var interrupt = Interrupt.listen(Duration.ofSeconds(1), () -> {})) {
      var type = JobType.bytes("hello", "greet");
      return submission.submit(lines, client, type, _ -> {}, interrupt);
    }
  }

  private String id(int record) {
    return new String(
        producer.history().get(record).headers().lastHeader(HeaderNames.JOB).value(), UTF_8);
  }

  @Test
  void eachLineIsAJobAndBlankOnesAreNot() throws Exception {
    assertThat(submit(submission(BY_LINE, 1), in("\"a\"", "", "  ", "\"b\""))).isEqualTo(2);
    assertThat(producer.history())
        .extracting(one -> new String(one.value(), UTF_8))
        .containsExactly("a", "b");
    assertThat(id(0)).isEqualTo("import-1");
    assertThat(id(1)).as("by the line in the file").isEqualTo("import-4");
  }

  @Test
  void theFirstRefusedLineStopsItAndIsNamed() {
    assertThatThrownBy(
            () -> submit(submission(BY_LINE, 1), in("\"a\"", "\"b\"", "{\"no\":1}", "\"c\"")))
        .hasMessageContainingAll(
            "line 3: hello.greet takes text", "2 jobs were submitted", "--from-line 3");
    assertThat(producer.history()).hasSize(2);
  }

  @Test
  void itGoesOnFromALine() throws Exception {
    assertThat(submit(submission(BY_LINE, 3), in("\"a\"", "no JSON", "\"c\""))).isEqualTo(1);
    assertThat(id(0)).isEqualTo("import-3");
  }

  @Test
  void aFileIsCheckedBeforeAnythingIsSubmitted() throws Exception {
    assertThatThrownBy(() -> submission(BY_LINE, 1).check(in("\"a\"", "}")))
        .hasMessageContainingAll("line 2: the payload is not JSON", "nothing was submitted");
    assertThat(submission(BY_LINE, 1).check(in("\"a\"", "\"b\"", ""))).isEqualTo(2);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void idsAndKeysComeFromMembers() throws Exception {
    var naming = new LineSubmission.Naming(null, "no", "customer");
    var raw = new LineSubmission(JsonEncoder.raw(), new JobOptions(), naming, 1);
    assertThat(submit(raw, in("{\"no\":17,\"customer\":\"c-4\"}"))).isEqualTo(1);
    assertThat(id(0)).isEqualTo("17");
    assertThat(producer.history().getFirst().key()).isEqualTo("c-4".getBytes(UTF_8));
    var without = new LineSubmission(JsonEncoder.raw(), new JobOptions(), naming, 1);
    assertThatThrownBy(() -> without.check(in("{\"no\":17}")))
        .hasMessageContainingAll("line 1", "no member 'customer'");
  }

  @Test
  void aLineWithoutAnEndIsRefused() {
    var endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] bytes, int from, int most) throws IOException {
            java.util.Arrays.fill(bytes, from, from + most, (byte) 'x');
            return most;
          }
        };
    assertThatThrownBy(() -> submission(BY_LINE, 1).check(endless))
        .hasMessageContainingAll("line 1 has more than 4 MiB", "NDJSON");
  }

  @Test
  void manyLinesAreSubmittedInTheirOrder() throws Exception {
    var lines = IntStream.range(0, 20_000).mapToObj(i -> "\"" + i + "\"").toArray(String[]::new);
    assertThat(submit(submission(BY_LINE, 1), in(lines))).isEqualTo(20_000);
    assertThat(new String(producer.history().get(19_999).value(), UTF_8)).isEqualTo("19999");
  }
}
