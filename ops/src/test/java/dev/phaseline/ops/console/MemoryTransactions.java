package dev.phaseline.ops.console;

import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.ops.transactions.OpenTransactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/// Three open transactions: 1003 hangs, 1004 hangs and should be kept, 2001 is at work.
/// Thread-safe.
final class MemoryTransactions implements TransactionSource {
  private final List<OpenTransaction> all = new ArrayList<>();
  private final List<String> unanswered = new ArrayList<>();

  MemoryTransactions(Instant now) {
    all.add(
        new OpenTransaction(
            1003,
            4,
            "pl.cities.normalize.worker-1.0.1",
            OpenTransaction.State.HANGING,
            "CompleteCommit",
            null,
            null,
            now.minusSeconds(130),
            List.of(
                part("__consumer_offsets", 7, 619, 6), part("pl.cities.store", 0, 621, 2_104))));
    all.add(
        new OpenTransaction(
            1004,
            2,
            "pl.cities.fetch.worker-2.0.0",
            OpenTransaction.State.HANGING,
            "CompleteCommit",
            null,
            null,
            now.minusSeconds(90),
            List.of(part("pl.cities.normalize", 3, 40, 11))));
    all.add(
        new OpenTransaction(
            2001,
            0,
            Scene.HOSTILE,
            OpenTransaction.State.OPEN,
            "Ongoing",
            now.minusSeconds(3),
            now.plusSeconds(12),
            now.minusSeconds(1),
            List.of(part("pl.cities.store", 1, 88, 1))));
  }

  private static OpenTransaction.Part part(String topic, int partition, long from, long hidden) {
    return new OpenTransaction.Part(new TopicPartition(topic, partition), from, hidden, 0);
  }

  /// From now on this place is silent, and 1003 may be known there.
  synchronized void silent(String line) {
    unanswered.add(line);
    var one = all.removeFirst();
    all.addFirst(
        new OpenTransaction(
            one.producerId(),
            one.epoch(),
            null,
            OpenTransaction.State.UNKNOWN,
            null,
            null,
            null,
            one.lastWriteAt(),
            one.parts()));
  }

  @Override
  public synchronized OpenTransactions.Found find() {
    return new OpenTransactions.Found(all, unanswered);
  }

  @Override
  public synchronized void abortAnyway(OpenTransaction hanging) {
    if (!all.remove(hanging)) throw new AssertionError("aborted twice: " + hanging);
  }
}
