package dev.phaseline.queue.kafka;

import dev.phaseline.queue.ItemRefusedException;
import dev.phaseline.queue.QueueUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/// Writes records and waits for the brokers' answers. Thread-safe.
final class ItemWriter {
  private static final long LOOK_SECONDS = 2;

  private final Producer<byte[], byte[]> producer;

  ItemWriter(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /// Sends all, and returns when brokers have them. A failure may leave some of them written.
  ///
  /// @param queue the queue on whose behalf it is, for messages; it is looked at when brokers are
  ///   slow to answer, because a producer asks for a deleted topic until its time is over
  void write(QueuePresence queue, List<ProducerRecord<byte[], byte[]>> records) {
    try {
      var answers = new ArrayList<Future<?>>(records.size());
      for (var record : records) answers.add(producer.send(record));
      for (var answer : answers) await(queue, answer);
    } catch (ExecutionException failed) {
      var cause = failed.getCause();
      throw inWords(queue, cause == null ? failed : cause);
    } catch (KafkaException failed) {
      throw inWords(queue, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new QueueUnavailableException(
          queue.queue(), "the thread was interrupted while records were written", interrupted);
    }
  }

  private static void await(QueuePresence queue, Future<?> answer)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        answer.get(LOOK_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException slow) {
        queue.requireExists();
      }
    }
  }

  private static RuntimeException inWords(QueuePresence queue, Throwable failed) {
    if (failed instanceof RecordTooLargeException) {
      return new ItemRefusedException(
          queue.queue(),
          "it is larger than its topic takes (max.message.bytes): " + failed.getMessage());
    }
    queue.forget();
    queue.requireExists(); // a better reason than a producer has
    return new QueueUnavailableException(
        queue.queue(), "it can't be written: " + failed.getMessage(), failed);
  }

  void close(Duration wait) {
    producer.close(wait);
  }
}
