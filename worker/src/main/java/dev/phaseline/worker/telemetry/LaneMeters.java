package dev.phaseline.worker.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.item.KafkaItem;
import dev.phaseline.worker.item.KafkaSettlement;
import io.micrometer.core.instrument.Timer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Measures one lane. Owned by the lane's thread.
///
/// What it costs: for each attempt two entries into a histogram, at an item's end a third, and
/// nothing that looks up, locks or makes an object. The wall clock is read once a second
/// ([LaneTimes]) and once for a transaction. Items are counted in plain numbers and added to the
/// meters once for each transaction. docs/metrics.md has the figures.
final class LaneMeters implements LaneObserver {
  private static final Map<String, DeadKind> KINDS = kinds();

  private final PhaseMeters meters;
  private final LaneTimes times;
  private final InstantSource clock;
  private final String doneTopic;
  private final String timersTopic;
  private final SubmittedTimes submitted = new SubmittedTimes();
  // of the transaction at hand
  private int next;
  private int fannedOut;
  private int done;
  private int dead;
  private int deferred;

  LaneMeters(
      PhaseMeters meters,
      LaneTimes times,
      Placement placement,
      TopicNames topics,
      InstantSource clock) {
    this.meters = meters;
    this.times = times;
    this.clock = clock;
    this.doneTopic = topics.done(placement.pipeline().name());
    this.timersTopic = topics.timers();
  }

  private static Map<String, DeadKind> kinds() {
    var kinds = new HashMap<String, DeadKind>();
    for (var kind : DeadKind.values()) kinds.put(kind.text(), kind);
    return Map.copyOf(kinds);
  }

  @Override
  public void took(Attempt attempt, AttemptResult result, long startNanos, long endNanos) {
    var waited = times.count(attempt, result, startNanos, endNanos);
    meters.handler.record(endNanos - startNanos, TimeUnit.NANOSECONDS);
    if (waited != LaneTimes.NOT_SAID) meters.waiting.record(waited, TimeUnit.NANOSECONDS);
  }

  @Override
  public void published(Batch batch, long nanos) {
    meters.transaction.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void aborted(AbortCause cause) {
    meters.countAbort(cause);
  }

  @Override
  public void happened(Batch batch) {
    meters.transactionItems.record(batch.size());
    var now = clock.millis();
    for (var place = 0; place < batch.size(); place++) {
      var settlement = batch.settlement(place);
      switch (outcome(settlement)) {
        case NEXT -> next++;
        case FAN_OUT -> fannedOut++;
        case DEFERRED -> deferred++;
        case DONE -> {
          done++;
          ended(KafkaItem.recordOf(batch.item(place)), now, meters.toDone);
        }
        case DEAD -> {
          dead++;
          ended(KafkaItem.recordOf(batch.item(place)), now, meters.toDead);
          meters.countDead(kind(settlement));
        }
      }
    }
    meters.count(ItemOutcome.NEXT, next);
    meters.count(ItemOutcome.FAN_OUT, fannedOut);
    meters.count(ItemOutcome.DONE, done);
    meters.count(ItemOutcome.DEAD, dead);
    meters.count(ItemOutcome.DEFERRED, deferred);
    next = fannedOut = done = dead = deferred = 0;
  }

  /// The outcome of a settlement: the targets of its records tell it.
  private ItemOutcome outcome(Settlement settlement) {
    if (settlement.dead()) return ItemOutcome.DEAD;
    if (settlement.records() > 1) return ItemOutcome.FAN_OUT;
    var topic = KafkaSettlement.recordsOf(settlement).getFirst().topic();
    if (topic.equals(doneTopic)) return ItemOutcome.DONE;
    return topic.equals(timersTopic) ? ItemOutcome.DEFERRED : ItemOutcome.NEXT;
  }

  private void ended(ConsumerRecord<byte[], byte[]> record, long nowMillis, Timer to) {
    var header = record.headers().lastHeader(HeaderNames.SUBMITTED);
    if (header == null || header.value() == null) return; // another program's record
    var since = submitted.epochMillis(header.value());
    if (since == SubmittedTimes.UNREADABLE) return; // which is why it is a dead letter
    to.record(Math.max(0, nowMillis - since), TimeUnit.MILLISECONDS);
  }

  private static DeadKind kind(Settlement settlement) {
    var header =
        KafkaSettlement.recordsOf(settlement).getFirst().headers().lastHeader(HeaderNames.KIND);
    var kind = header == null ? null : KINDS.get(new String(header.value(), UTF_8));
    if (kind == null) throw new IllegalStateException("a dead letter without a kind");
    return kind;
  }
}
