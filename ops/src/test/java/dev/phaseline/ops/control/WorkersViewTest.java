package dev.phaseline.ops.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.ops.control.WorkerView.Liveness;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What silence means, on a manual clock.
final class WorkersViewTest {
  private Instant now = Instant.parse("2026-01-31T12:00:00Z");
  private final FakeSource source = new FakeSource();
  private final WorkersView view = new WorkersView(source, () -> now);

  /// Records that were written, brokers that may be away or slow.
  private final class FakeSource implements WorkersView.Source {
    final List<ConsumerRecord<byte[], byte[]>> written = new ArrayList<>();
    boolean answers = true;
    boolean writable = true;
    int asked;
    Duration takes = Duration.ZERO;

    @Override
    public void readOn(TopicScan.Visitor visitor) {
      if (!answers) throw new ClusterException("no broker answers");
      now = now.plus(takes);
      written.forEach(visitor::visit);
      written.clear();
    }

    @Override
    public boolean isWritable() {
      asked++;
      return writable;
    }

    @Override
    public void close() {
      // holds nothing
    }
  }

  private void beat(String server) {
    beat(server, false);
  }

  private void beat(String server, boolean last) {
    var heartbeat = new Heartbeat(server, "1", "h", 1, now, last, List.of(), null, "", now);
    write(server, heartbeat.toBytes());
  }

  private void write(String key, byte @Nullable [] value) {
    source.written.add(
        new ConsumerRecord<>(
            "workers",
            0,
            0L,
            now.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            key.getBytes(UTF_8),
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  private List<String> states() {
    return view.list().stream()
        .map(one -> one.heartbeat().server() + ' ' + one.liveness())
        .toList();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void aReadThatTakesLongerThanAWorkerMayBeSilentMakesNobodyGone() {
    beat("a");
    source.takes = Duration.ofSeconds(20);
    assertThat(states()).containsExactly("a " + Liveness.LIVE);
  }

  @Test
  void whoIsSilentWhileOthersReportIsGone() {
    beat("a");
    beat("b");
    pass(Duration.ofSeconds(6));
    beat("b");
    assertThat(states()).containsExactly("a " + Liveness.GONE, "b " + Liveness.LIVE);
    assertThat(source.asked).as("brokers need not be asked").isZero();
  }

  @Test
  void whenNoneReportsAndBrokersTakeNoReportsTheirStateIsUnknown() {
    beat("a");
    beat("stopped", true);
    pass(Duration.ofSeconds(6));
    source.writable = false;
    assertThat(states()).containsExactly("a " + Liveness.UNKNOWN, "stopped " + Liveness.STOPPED);
  }

  @Test
  void whenNoneReportsThoughBrokersWouldTakeReportsTheyAreGone() {
    beat("a");
    pass(Duration.ofSeconds(6));
    assertThat(states()).containsExactly("a " + Liveness.GONE);
    for (var i = 0; i < 100; i++) view.list();
    assertThat(source.asked).as("brokers are not asked at each look").isEqualTo(1);
  }

  @Test
  void afterBrokersWereAwayThereIsTimeToReportAgain() {
    beat("a");
    beat("b");
    view.list();
    source.answers = false;
    pass(Duration.ofMinutes(10));
    assertThatThrownBy(view::list).isInstanceOf(ClusterException.class);
    source.answers = true;
    pass(Duration.ofSeconds(1));
    beat("b");
    assertThat(states()).containsExactly("a " + Liveness.UNKNOWN, "b " + Liveness.LIVE);
    pass(WorkersView.UNKNOWN_FOR);
    beat("b");
    assertThat(states()).containsExactly("a " + Liveness.GONE, "b " + Liveness.LIVE);
  }

  @Test
  void aReportThatCantBeReadIsSaidUntilItsKeySaysSomethingElse() {
    beat("a");
    write("a", "{\"v\":9}".getBytes(UTF_8));
    write("b\u001b[31m", "garbage".getBytes(UTF_8));
    assertThat(states()).as("what it said before").containsExactly("a " + Liveness.LIVE);
    assertThat(view.unreadable())
        .anySatisfy(line -> assertThat(line).startsWith("'a': ").contains("version 9"))
        .anySatisfy(line -> assertThat(line).startsWith("'b?[31m': "))
        .hasSize(2);
    beat("a");
    write("b\u001b[31m", null);
    assertThat(states()).hasSize(1);
    assertThat(view.unreadable()).isEmpty();
  }

  @Test
  void aTombstoneForgetsAWorker() {
    beat("a");
    write("a", null);
    assertThat(states()).isEmpty();
  }
}
