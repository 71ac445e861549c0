package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/// Account of the timers that have not fired, from the topics behind them: first all records of
/// [#storeTopic], which is the scheduler's store, then those of the topic of timers that no
/// scheduler has read. What is wanted of a timer is taken of it as it is read, so memory holds
/// nothing else. For one thread.
///
/// @param <T> what is wanted of a timer
public final class PendingTimers<T> {
  private final BiFunction<String, Headers, @Nullable T> wanted;
  private final Map<Bytes, T> byPlace = new HashMap<>();
  private final Map<Bytes, T> byId = new HashMap<>();

  /// @param wanted takes what is wanted of a timer's target topic and its headers; null: the timer
  ///   is of no interest
  public PendingTimers(BiFunction<String, Headers, @Nullable T> wanted) {
    this.wanted = wanted;
  }

  /// The topic behind the scheduler's store of timers; it is not there before the first scheduler
  /// has run.
  public static String storeTopic(TopicNames names) {
    return names.scheduler() + "-" + TimerProcessor.TIMERS + "-changelog";
  }

  /// Takes a record of the store's topic in, in the order of its partition.
  ///
  /// @throws IllegalStateException when it is of a later version of the scheduler
  public void stored(ConsumerRecord<byte[], byte[]> record) {
    var key = record.key();
    if (key == null || !AgendaKey.isPlace(key)) return;
    var place = Bytes.wrap(key);
    if (AgendaKey.of(place).kind() != AgendaKey.Kind.FIRE) return;
    var value = record.value();
    var timer = value == null ? null : wanted(StoredRecord.of(value).headers());
    if (timer == null) byPlace.remove(place);
    else byPlace.put(place, timer);
  }

  /// Takes a record of the topic of timers in that no scheduler has read, in the order of its
  /// partition, after all of the store.
  public void unread(ConsumerRecord<byte[], byte[]> record) {
    if (byId.isEmpty()) {
      byPlace.forEach((place, timer) -> byId.put(Bytes.wrap(AgendaKey.of(place).id()), timer));
      byPlace.clear();
    }
    var key = record.key();
    if (key == null) return; // it is refused
    var isCancel = record.headers().lastHeader(HeaderNames.TIMER) != null;
    var timer = isCancel ? null : wanted(record.headers());
    if (timer == null) byId.remove(Bytes.wrap(key));
    else byId.put(Bytes.wrap(key), timer);
  }

  /// Facts of each timer that has not fired, as they were asked for.
  public Collection<T> pending() {
    return List.copyOf(byId.isEmpty() ? byPlace.values() : byId.values());
  }

  private @Nullable T wanted(Headers headers) {
    var target = headers.lastHeader(HeaderNames.TARGET);
    if (target == null || target.value() == null) return null;
    return wanted.apply(new String(target.value(), UTF_8), headers);
  }
}
