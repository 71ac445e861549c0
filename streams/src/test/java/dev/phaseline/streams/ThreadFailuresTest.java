package dev.phaseline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.LockException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

final class ThreadFailuresTest {
  private static final ServiceName SERVICE =
      new ServiceName("clock", "tick", Path.of("data"), "docs/clock.md");

  private final ThreadFailures<IllegalStateException> failures =
      new ThreadFailures<>(SERVICE, IllegalStateException::new);

  @Test
  void aThreadThatDiesIsReplacedUntilItHasDiedTenTimesInTenMinutes() {
    var thrown = new StreamsException(new TimeoutException("no answer"));
    for (var i = 0; i < 10; i++) {
      assertThat(failures.handle(thrown)).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
    }
    assertThat(failures.last()).isEmpty();

    assertThat(failures.handle(thrown)).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);

    assertThat(failures.last())
        .hasValueSatisfying(
            last -> assertThat(last).hasMessage("TimeoutException: no answer").hasCause(thrown));
  }

  @Test
  void whatTryingAgainCantMendEndsTheServiceAtOnceAndTheFirstReasonStays() {
    var fenced = new StreamsException(new FencedInstanceIdException("fenced"));
    assertThat(failures.handle(fenced)).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(failures.handle(new OutOfMemoryError("heap")))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);

    assertThat(failures.last())
        .hasValueSatisfying(
            last ->
                assertThat(last)
                    .hasMessage(
                        "another clock is called 'tick' and has taken its place; give each a name"
                            + " of its own"));
  }

  @Test
  void aReasonNamesTheThingAndTheRemedyOnOneLine() {
    assertThat(Reasons.of(SERVICE, new TopicAuthorizationException("not\n this", Set.of("a"))))
        .isEqualTo(
            "not authorised: TopicAuthorizationException: not this; give this clock's principal the"
                + " rights in docs/clock.md");
    assertThat(Reasons.of(SERVICE, new LockException("held")))
        .isEqualTo("the folder data is in use by another clock; give each a folder of its own");
    assertThat(Reasons.of(SERVICE, new IllegalStateException())).isEqualTo("IllegalStateException");
  }
}
