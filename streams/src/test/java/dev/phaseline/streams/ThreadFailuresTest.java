package dev.phaseline.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.streams.errors.LockException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

final class ThreadFailuresTest {
  private static final ServiceName SERVICE =
      new ServiceName("clock", "tick", Path.of("data"), "docs/clock.md");

  private final List<Duration> pauses = new ArrayList<>();
  private long nanos = 17;
  private final ThreadFailures<IllegalStateException> failures =
      new ThreadFailures<>(SERVICE, IllegalStateException::new, () -> nanos, pauses::add);

  /// As Kafka Streams and its clients wrap what brokers that are away make of them.
  private static List<Throwable> brokersAreAway() {
    var silent = new TimeoutException("Topic x not present in metadata after 8000 ms.");
    return List.of(
        silent,
        new StreamsException(silent),
        new StreamsException("Failed to initialize transactions", new KafkaException(silent)),
        new ProcessorStateException("Failed to flush cache of store reading-commits", silent),
        new ProcessorStateException(
            "Failed to commit state store jobs", new KafkaException(silent)),
        new ProcessorStateException(
            "Failed to close", new StreamsException(new DisconnectException("gone"))),
        new StreamsException("task", new CoordinatorNotAvailableException("no")),
        new StreamsException("send", new NotEnoughReplicasException("1 of 2")),
        new StreamsException("send", new NotLeaderOrFollowerException("moved")),
        new StreamsException(
            "Could not create topic x.", new InvalidReplicationFactorException("3 of 2")),
        new StreamsException("commit", new ProducerFencedException("fenced")),
        new StreamsException("commit", new OutOfOrderSequenceException("gap")),
        new StreamsException("commit", new InvalidPidMappingException("expired")),
        new StreamsException("commit", new UnknownServerException("broker's trouble")),
        new TaskMigratedException("migrated", new KafkaException("producer is in error state")),
        new TaskCorruptedException(Set.of(new TaskId(0, 1))));
  }

  @Test
  void brokersThatAreAwayNeverEndAService() {
    for (var thrown : brokersAreAway()) {
      for (var i = 0; i < 100; i++) {
        assertThat(failures.handle(thrown))
            .as("%s", thrown)
            .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
      }
    }
    assertThat(failures.last()).isEmpty();
  }

  @Test
  void pausesGrowToAFewSecondsAndBeginSmallAfterACalmMinute() {
    var thrown = new StreamsException(new TimeoutException("no answer"));
    for (var i = 0; i < 9; i++) failures.handle(thrown);
    assertThat(pauses).isSorted().startsWith(RestartBackoff.FIRST).endsWith(RestartBackoff.LONGEST);
    nanos += Duration.ofMinutes(2).toNanos();
    failures.handle(thrown);
    assertThat(pauses).last().isEqualTo(RestartBackoff.FIRST);
  }

  @Test
  void aBugThatRepeatsAtTheSameRecordEndsTheServiceWithItsCause() {
    for (var i = 0; i < RepeatedFailures.MAX; i++) {
      assertThat(failures.handle(bug(17))).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
      failures.handle(new StreamsException(new TimeoutException("brokers meanwhile")));
    }
    assertThat(failures.handle(bug(17))).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(failures.last())
        .hasValueSatisfying(last -> assertThat(last).hasMessage("IllegalStateException: a bug"));
  }

  @Test
  void failuresAtOtherRecordsOrLongAgoAreNotTheSame() {
    for (var i = 0; i < 10 * RepeatedFailures.MAX; i++) failures.handle(bug(i));
    for (var i = 0; i < 10 * RepeatedFailures.MAX; i++) {
      failures.handle(bug(1_000));
      nanos += RepeatedFailures.WITHIN.dividedBy(RepeatedFailures.MAX).plusSeconds(1).toNanos();
    }
    assertThat(failures.last()).isEmpty();
  }

  private static StreamsException bug(long offset) {
    return new StreamsException(
        "Exception caught in process. taskId=0_0, processor=p, topic=t, partition=1, offset="
            + offset,
        new IllegalStateException("a bug"));
  }

  @Test
  void aDiskThatStaysFullEndsTheServiceAndIsCalledThat() {
    var full =
        new ProcessorStateException(
            "Error putting", new RocksDBException("IO error: No space left on device: data/x.sst"));
    assertThat(endOf(full))
        .startsWith("the disk of the folder data is full")
        .contains("No space left on device")
        .endsWith("make room and start again");
  }

  @Test
  void whatBrokersRefuseEachTimeEndsTheService() {
    assertThat(endOf(new StreamsException(new RecordTooLargeException("9 MB"))))
        .isEqualTo("RecordTooLargeException: 9 MB");
  }

  @Test
  void aTopicThatIsGoneEndsTheServiceWithTheRemedy() {
    assertThat(endOf(new MissingSourceTopicException("t"))).contains("phaseline topics create");
  }

  private String endOf(Throwable thrown) {
    var handled = 0;
    while (failures.last().isEmpty()) {
      failures.handle(thrown);
      assertThat(++handled).isLessThan(50);
    }
    return String.valueOf(failures.last().orElseThrow().getMessage());
  }

  @Test
  void whatTryingAgainCantMendEndsTheServiceAtOnceAndTheFirstReasonStays() {
    var fenced = new StreamsException(new FencedInstanceIdException("fenced"));
    assertThat(failures.handle(fenced)).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(failures.handle(new OutOfMemoryError("heap")))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(failures.handle(new StreamsException(new ClusterAuthorizationException("no"))))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);

    assertThat(pauses).isEmpty();
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
    assertThat(KafkaReasons.of(SERVICE, new TopicAuthorizationException("not\n this", Set.of("a"))))
        .isEqualTo(
            "not authorised: TopicAuthorizationException: not this; give this clock's principal the"
                + " rights in docs/clock.md");
    assertThat(KafkaReasons.of(SERVICE, new LockException("held")))
        .isEqualTo("the folder data is in use by another clock; give each a folder of its own");
    assertThat(KafkaReasons.of(SERVICE, new IllegalStateException()))
        .isEqualTo("IllegalStateException");
    assertThat(
            KafkaReasons.of(SERVICE, new ProcessorStateException(new IOException("Stale handle"))))
        .startsWith("the folder data can't be used: IOException: Stale handle;")
        .contains("delete it while the clock is stopped");
  }

  @Test
  void aStoreThatBrokersKeptFromBeingWrittenIsNotCalledTheFoldersTrouble() {
    var thrown = new ProcessorStateException("Failed to flush", new TimeoutException("8000 ms"));
    assertThat(KafkaReasons.of(SERVICE, thrown)).isEqualTo("TimeoutException: 8000 ms");
  }

  @Test
  void aCircleOfCausesEnds() {
    var one = new StreamsException("one");
    one.initCause(new StreamsException("two", one));
    assertThat(failures.handle(one)).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
    assertThat(KafkaReasons.of(SERVICE, one)).startsWith("StreamsException");
  }
}
