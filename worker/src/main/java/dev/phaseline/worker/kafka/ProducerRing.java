package dev.phaseline.worker.kafka;

import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.client.LaneIds;
import dev.phaseline.worker.telemetry.ClientMeters;
import java.io.Closeable;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A few transactional producers that take turns, never two transactions at a time. With one alone,
/// each transaction would meet the broker still writing the markers of the one before, and sleep.
///
/// Losing a producer is routine (a transaction that timed out kills it): it is closed and made anew
/// under the same transactional id, which ends whatever the old one had open. Owned by the lane's
/// thread.
public final class ProducerRing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProducerRing.class);

  private final WorkerConfig config;
  private final String lane;
  private final ClientMeters meters;
  private final @Nullable Producer<byte[], byte[]>[] producers;
  private final @Nullable Closeable[] bound;
  private int turn;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other spelling
  public ProducerRing(WorkerConfig config, String lane, ClientMeters meters) {
    this.config = config;
    this.lane = lane;
    this.meters = meters;
    this.producers = new Producer[config.tuning().producers()];
    this.bound = new Closeable[producers.length];
  }

  /// Makes all of them, ending what predecessors of the same name left open.
  void open() {
    for (var i = 0; i < producers.length; i++) ensure(i);
  }

  /// The next one's place.
  int next() {
    turn = (turn + 1) % producers.length;
    return turn;
  }

  /// The producer at a place, made if it isn't there.
  ///
  /// @throws KafkaException when the broker doesn't let it start now
  Producer<byte[], byte[]> ensure(int place) {
    var present = producers[place];
    if (present != null) return present;
    var id = LaneIds.producer(lane, place);
    var made = new KafkaProducer<byte[], byte[]>(ClientSettings.producer(config, id));
    try {
      made.initTransactions();
    } catch (RuntimeException notNow) {
      made.close(Duration.ZERO);
      throw notNow;
    }
    producers[place] = made;
    bound[place] = meters.bind(made);
    return made;
  }

  /// Gives a producer up without waiting for what it had under way.
  void discard(int place) {
    var present = producers[place];
    producers[place] = null;
    if (present == null) return;
    unbind(place);
    try {
      present.close(Duration.ZERO);
    } catch (KafkaException e) {
      LOG.debug("closing a producer that was given up", e);
    }
  }

  private void unbind(int place) {
    ClientMeters.close(bound[place]);
    bound[place] = null;
  }

  @Override
  public void close() {
    for (var i = 0; i < producers.length; i++) {
      var present = producers[i];
      producers[i] = null;
      if (present == null) continue;
      unbind(i);
      try {
        present.close(Duration.ofSeconds(2));
      } catch (KafkaException e) {
        LOG.debug("closing a producer", e);
      }
    }
  }

  @Override
  public String toString() {
    return lane + Arrays.toString(producers);
  }
}
