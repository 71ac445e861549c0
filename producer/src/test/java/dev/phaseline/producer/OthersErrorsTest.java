package dev.phaseline.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Whatever an encoder, an interceptor or a clock throws is one job's failure, and a batch has a
/// receipt for each of the others. No broker: nothing of this is Kafka's.
final class OthersErrorsTest {
  private final Sent sent = new Sent();

  /// A producer that takes what it gets, unless an interceptor breaks on it.
  private static final class Sent extends MockProducer<byte[], byte[]> {
    private final List<String> payloads = new ArrayList<>();

    Sent() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      var payload = new String(record.value(), UTF_8);
      if (payload.equals("interceptor")) throw new NoClassDefFoundError("acme/Interceptor");
      payloads.add(payload);
      return super.send(record, callback);
    }
  }

  private static final class MessageThrows extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("the connection is closed");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("the connection is closed");
    }
  }

  private static final class Away extends RetriableException {
    private static final long serialVersionUID = 1L;

    Away() {
      super("registry is away");
    }
  }

  @SuppressWarnings("unchecked") // how other JVM languages throw what they don't declare
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private static int deep(int n) {
    return n == 0 ? 0 : 1 + deep(n + 1);
  }

  private static byte[] encode(String text) {
    return switch (text) {
      case "assertion" -> throw new AssertionError("odd");
      case "missing class" -> throw new NoClassDefFoundError("acme/Missing");
      case "deep" -> new byte[deep(1)];
      case "undeclared" -> throw sneaky(new IOException("disk"));
      case "memory" -> throw new OutOfMemoryError("one payload is too much");
      case "message" -> throw new MessageThrows();
      case "no message" -> throw sneaky(new TimeoutException());
      case "away" -> throw new CompletionException(new Away());
      default -> text.getBytes(UTF_8);
    };
  }

  private static final JobType<String> TYPE =
      new JobType<>("hello", "greet", (topic, text) -> encode(text));

  private static JobRequest<String> request(String text) {
    return JobRequest.withId(text, text);
  }

  private JobClient client() {
    return JobClient.withProducer(sent, JobClient.Settings.DEFAULT);
  }

  @Test
  void aBatchHasAResultForEachJobWhateverAnEncoderOrAnInterceptorThrows() throws Exception {
    var texts =
        List.of(
            "one",
            "assertion",
            "missing class",
            "deep",
            "undeclared",
            "memory",
            "message",
            "no message",
            "interceptor",
            "two");
    var batch = texts.stream().map(OthersErrorsTest::request).toList();
    try (var jobs = client()) {
      var results = jobs.submitAll(TYPE, batch).get().results();
      assertThat(results).hasSameSizeAs(batch);
      assertThat(sent.payloads).containsExactly("one", "two");
      for (var result : results) {
        switch (result) {
          case SubmitResult.Accepted(var receipt) -> assertThat(receipt.jobId()).isIn("one", "two");
          case SubmitResult.Refused(var refused) -> {
            assertThat(refused.jobId()).isNotIn("one", "two");
            assertThat(refused.failure())
                .isInstanceOfAny(
                    SubmitFailure.EncodingFailed.class, SubmitFailure.InvalidRequest.class);
          }
        }
      }
      assertThat(jobs.close(Duration.ofSeconds(1)).complete()).isTrue();
    }
  }

  @Test
  void aRegistryThatIsAwayIsKnownInsideOfAWrapper() {
    try (var jobs = client()) {
      var failed = jobs.submit(TYPE, request("away"));
      assertThatThrownBy(failed::join)
          .cause()
          .isInstanceOfSatisfying(
              SubmitException.class,
              refused ->
                  assertThat(refused.failure())
                      .isEqualTo(new SubmitFailure.RegistryDown("registry is away")));
    }
  }

  @Test
  void aClockThatBreaksIsNotThrownAtWhoSubmits() {
    var settings =
        JobClient.Settings.DEFAULT.withClock(
            () -> {
              throw new NoClassDefFoundError("acme/Clock");
            });
    try (var jobs = JobClient.withProducer(sent, settings)) {
      assertThat(jobs.submit(TYPE, request("one"))).isCompletedExceptionally();
    }
    assertThat(sent.payloads).isEmpty();
  }

  @Test
  void aCollectionThatBreaksHasSentNothingAndARequestThatIsNullIsRefusedAlone() throws Exception {
    try (var jobs = client()) {
      var requests = new ArrayList<JobRequest<String>>(List.of(request("one")));
      requests.add(nothing());
      requests.add(request("two"));
      var results = jobs.submitAll(TYPE, requests).get().results();
      assertThat(results.get(1)).isInstanceOf(SubmitResult.Refused.class);
      assertThat(sent.payloads).containsExactly("one", "two");
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // others' code does this
  private static <T> T nothing() {
    return null;
  }

  @Test
  void halfACharacterIsRefusedAndNotPatchedAndAWholeOneIsTaken() {
    try (var jobs = client()) {
      var text = JobType.text("hello", "greet");
      var half = jobs.submit(text, JobRequest.withId("half", "half \uD83D"));
      assertThatThrownBy(half::join)
          .cause()
          .isInstanceOfSatisfying(
              SubmitException.class,
              refused ->
                  assertThat(refused.failure()).isInstanceOf(SubmitFailure.EncodingFailed.class));
      assertThat(jobs.submit(text, JobRequest.withId("whole", "whole \uD83D\uDE00"))).isCompleted();
    }
    assertThat(sent.payloads).containsExactly("whole \uD83D\uDE00");
  }
}
