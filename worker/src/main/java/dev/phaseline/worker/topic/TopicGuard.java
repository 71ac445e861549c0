package dev.phaseline.worker.topic;

import dev.phaseline.worker.group.AssignmentCheck;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// The identity of the topic that a lane reads, as against its name: a topic can be deleted and
/// made again, and then the lane's position, and all it knows beside it, is of another log.
///
/// A consumer goes over to the new topic when its metadata is updated, and in no other way. So the
/// lane asks for the topic's id after each update, and nothing that came later is handed on before
/// the answer. Decision 19 says what this sees and what it does not.
///
/// Owned by the lane's thread, but for [#trouble()].
public final class TopicGuard {
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final String topic;
  private final Supplier<KafkaFuture<UUID>> ask;
  private final LongSupplier updates;
  private @Nullable UUID id;
  private boolean replaced;
  private long sureOf;
  private @Nullable KafkaFuture<UUID> asked;
  private long askedAbout;
  private long askedNanos;
  private boolean refused;
  private volatile String trouble = "";

  /// A guard of one topic.
  ///
  /// @param ask a question for the topic's id
  /// @param updates how often the consumer's metadata has been updated; grows before the consumer
  ///   acts on it
  public TopicGuard(String topic, Supplier<KafkaFuture<UUID>> ask, LongSupplier updates) {
    this.topic = topic;
    this.ask = ask;
    this.updates = updates;
  }

  /// A guard of a topic that is always the same.
  public static TopicGuard off(String topic) {
    var none = new UUID(0, 0);
    return new TopicGuard(topic, () -> KafkaFuture.completedFuture(none), () -> 0);
  }

  /// The topic's id at the beginning with partitions of it; waits for it.
  ///
  /// @param first whether nothing else is read here, so that there is nothing to compare
  /// @param hopeless whether an answer is no longer worth waiting for
  /// @throws TopicReplacedException when it is not the topic that is read here
  /// @throws KafkaException when there is no such topic, or no answer
  public UUID begin(boolean first, BooleanSupplier hopeless) {
    if (first) {
      id = null;
      replaced = false;
    }
    asked = null;
    askedAbout = updates.getAsLong(); // before the question: what comes later is asked about again
    try {
      take(AssignmentCheck.answer(ask.get(), hopeless));
    } catch (UnknownTopicOrPartitionException gone) {
      trouble = gone();
      throw new KafkaException(trouble, gone);
    }
    var known = id;
    if (known == null) throw new IllegalStateException("no id");
    return known;
  }

  /// Whether what was fetched until now is of the topic that the lane knows. Asks when it is not
  /// known, and never waits.
  ///
  /// @throws TopicReplacedException when it is another topic
  public boolean isSure() {
    if (id == null) return true; // nothing is read here
    if (sureOf == updates.getAsLong()) return true;
    var open = asked;
    if (open == null) {
      var now = System.nanoTime();
      if (refused && now - askedNanos < ASK_AGAIN_NANOS) return false;
      askedNanos = now;
      askedAbout = updates.getAsLong();
      asked = open = ask.get();
    }
    if (!open.isDone()) return false;
    asked = null;
    return isSureAfter(open);
  }

  private boolean isSureAfter(KafkaFuture<UUID> answered) {
    try {
      take(answered.get());
      return sureOf == updates.getAsLong();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      refused = true;
      var why = e.getCause();
      trouble =
          why instanceof UnknownTopicOrPartitionException
              ? gone()
              : "can't see whether " + topic + " is still the same topic: " + why;
      return false;
    }
  }

  private void take(UUID found) {
    refused = false;
    trouble = "";
    if (id != null && !id.equals(found)) {
      replaced = true;
      throw new TopicReplacedException(topic);
    }
    id = found;
    sureOf = askedAbout;
  }

  private String gone() {
    return gone(topic);
  }

  static String gone(String topic) {
    return "there is no topic "
        + topic
        + " any more; create it with `phaseline topics create`, and it is begun with at once";
  }

  /// Whether what the lane holds is of a topic that is gone, so that nothing can be committed.
  public boolean isGone() {
    return replaced || (refused && trouble.equals(gone()));
  }

  /// Problem of the topic, in words; empty when there is none. Any thread.
  public String trouble() {
    return trouble;
  }
}
