package dev.phaseline.queue.kafka;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.QueueCount;
import dev.phaseline.queue.QueueStore;
import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.queue.StoredItem;
import dev.phaseline.queue.UnknownQueueException;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerIds;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.topics.QueueBacklog.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Items of one queue on Kafka: records of a topic, claimed through its share group. Delayed items
/// are timers until they are due, so they need a scheduler. Thread-safe.
final class KafkaQueueStore implements QueueStore {
  private final QueueAccess access;
  private final MemberPool members;
  private final QueueTrim trim;
  private final TimerRecords timers;
  private final Consumer<KafkaQueueStore> whenClosed;

  KafkaQueueStore(String queue, KafkaClients clients, Consumer<KafkaQueueStore> whenClosed) {
    access = new QueueAccess(queue, clients);
    members = new MemberPool(access, clients.settings().consumersMax());
    trim = new QueueTrim(access);
    timers = new TimerRecords(clients.names());
    this.whenClosed = whenClosed;
  }

  @Override
  public String address() {
    return access.topic();
  }

  @Override
  public void create() {
    access.inWords(
        () -> {
          access.clients().topics().create(access.queue());
          return "";
        });
    access.forget();
  }

  @Override
  public void add(List<Addition> items) {
    access.requireExists();
    var now = access.now();
    var records = new ArrayList<ProducerRecord<byte[], byte[]>>(items.size());
    for (var item : items) records.add(recordOf(item, now));
    access.write(records);
  }

  private ProducerRecord<byte[], byte[]> recordOf(Addition addition, Instant now) {
    var item = addition.item();
    var headers = ItemRecords.headersOf(item);
    if (addition.delay().isZero()) {
      return new ProducerRecord<>(
          access.topic(), null, now.toEpochMilli(), null, item.payload(), headers);
    }
    ItemRecords.submitted(headers, now);
    // Two items of one id are two items, so their timers must not replace each other.
    var id = TimerIds.ofQueueItem(access.topic(), "new-" + UUID.randomUUID(), 1, item.id());
    return timer(id, item, null, headers, now.plus(addition.delay()));
  }

  private ProducerRecord<byte[], byte[]> timer(
      String id, StoredItem item, byte @Nullable [] key, RecordHeaders headers, Instant due) {
    var timer = new Timer(id, due, access.topic(), key, item.payload(), headers);
    return timers.schedule(timer, access.now());
  }

  @Override
  public List<Claim> claim(int max, Duration lease, Duration wait) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException("before a claim");
    try {
      access.requireExists();
      access.requireGroup();
      return members.claim(max, lease, wait);
    } catch (QueueUnavailableException failed) {
      if (!Thread.interrupted()) throw failed;
      var interrupted = new InterruptedException("while Kafka was asked");
      interrupted.initCause(failed);
      throw interrupted;
    }
  }

  @Override
  public Optional<Instant> extend(Claim claim, Duration lease) {
    var one = members.find(claim.token());
    if (one == null) return Optional.empty();
    var end = access.now().plus(lease);
    return access.await(one.member().extend(one.token(), lease))
        ? Optional.of(end)
        : Optional.empty();
  }

  @Override
  public boolean delete(Claim claim) {
    var one = members.find(claim.token());
    if (one == null) return false;
    var isDeleted = access.await(one.member().settle(one.token(), AcknowledgeType.ACCEPT));
    if (isDeleted) trim.after(1);
    return isDeleted;
  }

  /// The members get all requests before the first answer is waited for, so each sends one request.
  @Override
  public List<Boolean> deleteAll(List<Claim> claims) {
    var answers = new ArrayList<CompletableFuture<Boolean>>(claims.size());
    for (var claim : claims) {
      var one = members.find(claim.token());
      answers.add(
          one == null
              ? CompletableFuture.completedFuture(false)
              : one.member().settle(one.token(), AcknowledgeType.ACCEPT));
    }
    var deleted = answers.stream().map(access::await).toList();
    trim.after((int) deleted.stream().filter(isDeleted -> isDeleted).count());
    return deleted;
  }

  @Override
  public boolean release(Claim claim, Duration delay, Counting counting) {
    var one = members.find(claim.token());
    if (one == null || !one.isLive(System.nanoTime())) return false;
    var delivery =
        switch (counting) {
          case COUNTED -> one.deliveries() + 1;
          case UNCOUNTED -> one.deliveries();
        };
    if (!delay.isZero()) return releaseLater(one, delay, delivery);
    return switch (counting) {
      case COUNTED -> access.await(one.member().settle(one.token(), AcknowledgeType.RELEASE));
      case UNCOUNTED -> access.putBack(one);
    };
  }

  /// The timer is written first: a process that dies in between leaves the item twice, never not at
  /// all. When the claim turns out to have ended, the timer is taken back.
  private boolean releaseLater(Held one, Duration delay, int delivery) {
    var record = one.record();
    var source = record.partition() + "-" + record.offset();
    var id = TimerIds.ofQueueItem(access.topic(), source, delivery, one.item().id());
    var headers = ItemRecords.headersAgain(record, delivery);
    var due = access.now().plus(delay);
    access.write(List.of(timer(id, one.item(), record.key(), headers, due)));
    var isEnded = access.await(one.member().settle(one.token(), AcknowledgeType.ACCEPT));
    if (!isEnded) access.write(List.of(timers.cancel(id)));
    return isEnded;
  }

  @Override
  public QueueCount count() {
    var open = parts().values().stream().mapToLong(Part::open).sum();
    var claimed = Math.min(open, members.claimed());
    return new QueueCount(open - claimed, claimed, 0);
  }

  @Override
  public Optional<Instant> oldest() {
    var open = new HashMap<TopicPartition, Part>();
    parts()
        .forEach(
            (partition, part) -> {
              if (part.open() > 0) open.put(partition, part);
            });
    if (open.isEmpty()) return Optional.empty();
    return access.inWords(() -> OldestItem.of(access.clients().kafka(), open));
  }

  private Map<TopicPartition, Part> parts() {
    return access.inWords(
        () -> {
          var topic = access.clients().topics().describe(access.queue());
          if (topic == null) throw new UnknownQueueException(access.queue());
          return access.clients().backlog().parts(access.queue(), topic);
        });
  }

  /// Removes what is in the topic now. Claims of other objects end too, but their members do not
  /// see it: what they delete afterwards was deleted before.
  @Override
  public long purge() {
    var parts = parts();
    var ends = new HashMap<TopicPartition, Long>();
    parts.forEach((partition, part) -> ends.put(partition, part.end()));
    access.inWords(
        () -> {
          access.clients().backlog().removeBefore(ends);
          return "";
        });
    for (var one : members.allHeld()) {
      long end = ends.getOrDefault(one.partition(), 0L);
      if (one.record().offset() < end) {
        var _ = one.member().settle(one.token(), AcknowledgeType.ACCEPT);
      }
    }
    return parts.values().stream().mapToLong(Part::open).sum();
  }

  @Override
  public void drop() {
    var existed = access.inWords(() -> access.clients().topics().delete(access.queue()));
    access.forget();
    if (!existed) throw new UnknownQueueException(access.queue());
  }

  /// The record of an item that is claimed here; null when it is none.
  @SuppressWarnings("ReferenceEquality") // the very item that a claim has given out
  @Nullable ConsumerRecord<byte[], byte[]> recordOf(StoredItem item) {
    for (var one : members.allHeld()) {
      if (one.item() == item) return one.record();
    }
    return null;
  }

  @Override
  public void close() {
    members.close();
    trim.close();
    whenClosed.accept(this);
  }
}
