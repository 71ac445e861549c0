package dev.phaseline.worker.kafka;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.Sink.Fate;
import dev.phaseline.worker.item.KafkaSettlement;
import dev.phaseline.worker.telemetry.AbortCause;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Reaction of a lane to records that a broker refuses, for their size (although they were within
/// the limit last read) or for another rule of the topic. Their items are identified, so that they
/// end and the others go on; a refused dead letter is reported, because only an operator can make
/// room.
///
/// Owned by the lane's thread, but for [#trouble()].
final class RefusedRecords {
  private final Runnable contradicted;

  /// Refused dead letters, by partition and offset.
  private volatile Map<Integer, Map<Long, String>> unplaced = Map.of();

  /// @param contradicted called when topics take less than was known
  RefusedRecords(Runnable contradicted) {
    this.contradicted = contradicted;
  }

  /// Fate of an aborted transaction.
  ///
  /// @param cause why it was
  Fate judged(Fate aborted, AbortCause cause, Batch batch, SentRecords sent) {
    if (!(aborted instanceof Fate.Aborted(var reason))) return aborted;
    if (cause == AbortCause.INVALID_RECORD) return invalid(batch, sent, reason);
    if (cause != AbortCause.TOO_LARGE) return aborted;
    contradicted.run();
    var items = new HashMap<>(sent.tooLarge());
    if (items.isEmpty() && batch.size() == 1) {
      items.put(0, SentRecords.words(KafkaSettlement.recordsOf(batch.settlement(0))));
    }
    items.forEach(
        (place, why) -> {
          if (batch.settlement(place).dead()) {
            note(batch.item(place), why + "; raise the topic's max.message.bytes");
          }
        });
    return new Fate.Refused(Failure.Kind.TOO_BIG, items, reason);
  }

  /// A record that its topic does not take whatever its size: too old, or without a key where one
  /// is needed. Whose it is, is found by offering each item alone.
  private Fate invalid(Batch batch, SentRecords sent, String reason) {
    if (batch.size() != 1) return new Fate.Refused(Failure.Kind.REFUSED, Map.of(), reason);
    var why = sent.refusal();
    if (batch.settlement(0).dead()) {
      note(batch.item(0), why + "; change the topic's settings");
    }
    return new Fate.Refused(Failure.Kind.REFUSED, Map.of(0, why), reason);
  }

  private void note(Item item, String why) {
    var all = new HashMap<>(unplaced);
    var its = new HashMap<>(all.getOrDefault(item.partition(), Map.of()));
    its.put(item.offset(), why);
    all.put(item.partition(), Map.copyOf(its));
    unplaced = Map.copyOf(all);
  }

  /// These have been written.
  void published(Batch batch) {
    if (unplaced.isEmpty()) return;
    var all = new HashMap<>(unplaced);
    for (var place = 0; place < batch.size(); place++) {
      var item = batch.item(place);
      var its = new HashMap<>(all.getOrDefault(item.partition(), Map.of()));
      its.remove(item.offset());
      if (its.isEmpty()) all.remove(item.partition());
      else all.put(item.partition(), Map.copyOf(its));
    }
    unplaced = Map.copyOf(all);
  }

  /// These partitions are no longer read here.
  void forget(Collection<Integer> partitions) {
    var all = new HashMap<>(unplaced);
    all.keySet().removeAll(partitions);
    unplaced = Map.copyOf(all);
  }

  /// Dead letters that can't be written, in words; empty when there are none. Any thread.
  String trouble() {
    for (var each : unplaced.entrySet()) {
      for (var one : each.getValue().entrySet()) {
        return "the dead letter of partition "
            + each.getKey()
            + ", offset "
            + one.getKey()
            + " can't be written and is kept: "
            + one.getValue()
            + " (kafka-configs), it is tried every 10 s";
      }
    }
    return "";
  }
}
