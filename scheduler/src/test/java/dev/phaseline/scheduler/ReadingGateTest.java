package dev.phaseline.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReadingGateTest {
  private static final TopicPartition TIMERS = new TopicPartition("pl.timers", 0);

  private final FakeInputs inputs = new FakeInputs();
  private final ReadingGate gate = new ReadingGate(inputs, List.of(TIMERS), 0);

  @Test
  void opensWhenAllIsProcessedThatWasThereAtItsBeginning() {
    assertThat(gate.opens(0, 0)).isFalse();
    inputs.answer(10);
    assertThat(gate.opens(0, 0)).isFalse();
    inputs.position = new Inputs.Position(7, 6);
    gate.processed("pl.timers", 0, 6);
    assertThat(gate.opens(0, 0)).isFalse();
    // The last record is at 8, a transaction's mark at 9.
    inputs.position = new Inputs.Position(10, 8);
    assertThat(gate.opens(0, 0)).isFalse();
    gate.processed("pl.timers", 0, 8);
    assertThat(gate.opens(0, 0)).isTrue();
    assertThat(inputs.watched).isEmpty();
  }

  @Test
  void doesNotWaitForWhatComesBehind() {
    inputs.answer(10);
    inputs.position = new Inputs.Position(12, 11);
    gate.processed("pl.timers", 0, 10);
    assertThat(gate.opens(0, 0)).isFalse();
    inputs.position = new Inputs.Position(99, 98);
    gate.processed("pl.timers", 0, 11);
    assertThat(gate.opens(0, 0)).isTrue();
  }

  @Test
  void anEmptyPartitionIsReadAsSoonAsItsReaderIsThere() {
    inputs.answer(0);
    assertThat(gate.opens(0, 0)).isFalse();
    inputs.position = new Inputs.Position(0, -1);
    assertThat(gate.opens(0, 0)).isTrue();
  }

  @Test
  void asksAgainWhenNoBrokerAnswers() {
    inputs.asked.getFirst().completeExceptionally(new IOException("away"));
    assertThat(gate.opens(0, 500)).isFalse();
    assertThat(inputs.asked).hasSize(1);
    assertThat(gate.opens(500, 1_000)).isFalse();
    assertThat(inputs.asked).hasSize(2);
  }

  @Test
  void isShutAgainByALookThatWasHeldUp() {
    inputs.answer(0);
    inputs.position = new Inputs.Position(0, -1);
    assertThat(gate.opens(0, 1_000)).isTrue();
    assertThat(gate.opens(1_000, 2_001)).isFalse();
    inputs.answer(5);
    inputs.position = new Inputs.Position(5, 4);
    assertThat(gate.opens(2_010, 2_010)).isFalse();
    gate.processed("pl.timers", 0, 4);
    assertThat(gate.opens(2_020, 2_020)).isTrue();
  }

  private static final class FakeInputs implements Inputs {
    private final List<CompletableFuture<Map<TopicPartition, Long>>> asked = new ArrayList<>();
    private final Set<TopicPartition> watched = new HashSet<>();
    private @Nullable Position position;

    void answer(long end) {
      asked.getLast().complete(Map.of(TIMERS, end));
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Long>> ends(Collection<TopicPartition> of) {
      var answer = new CompletableFuture<Map<TopicPartition, Long>>();
      asked.add(answer);
      return answer;
    }

    @Override
    public void watch(TopicPartition partition, boolean anew) {
      watched.add(partition);
      position = null;
    }

    @Override
    public void unwatch(TopicPartition partition) {
      watched.remove(partition);
    }

    @Override
    public Optional<Position> position(TopicPartition partition) {
      return Optional.ofNullable(position);
    }
  }
}
