package dev.phaseline.producer;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// One job on its way into Kafka.
///
/// The same exception means different things before and after Kafka has taken the record over: a
/// timeout before is "not sent", after is "who knows". Kafka reports the first kind on the thread
/// that calls `send`, while it calls it, and the second on its own; that tells them apart.
final class PendingSubmission implements Callback {

  /// Callback for its end.
  interface Ending {
    /// Called once, on any thread.
    void ended(PendingSubmission submission, boolean acknowledged);
  }

  private static final long NONE = -1;
  private static final int CAUSES_MAX = 100;

  private final JobRecords.Prepared job;
  private final String servers;
  private final CompletableFuture<JobReceipt> receipt = new CompletableFuture<>();
  private final Ending ending;
  private volatile long sendingThread = NONE;
  private long startNanos;

  /// @param servers where the brokers are, for messages
  /// @param ending told once, when the receipt or the failure is known
  PendingSubmission(JobRecords.Prepared job, String servers, Ending ending) {
    this.job = job;
    this.servers = servers;
    this.ending = ending;
  }

  String jobId() {
    return job.jobId();
  }

  CompletableFuture<JobReceipt> receipt() {
    return receipt;
  }

  /// Hands the record to Kafka; may block for `max.block.ms`.
  @SuppressWarnings("FutureReturnValueIgnored") // the callback says the same
  void send(Producer<byte[], byte[]> producer) {
    startNanos = System.nanoTime();
    sendingThread = Thread.currentThread().threadId();
    try {
      producer.send(job.record(), this);
    } catch (InterruptException interrupted) {
      fail(new SubmitFailure.Interrupted(), interrupted); // which has set the thread's flag again
    } catch (IllegalStateException refused) {
      fail(closedOr(refused), refused);
    } catch (RuntimeException refused) {
      fail(beforeSend(refused), refused);
    } catch (Throwable broken) { // not Kafka's: an interceptor's or a partitioner's, of this job
      var words = broken.getClass().getName() + ": " + JobRecords.oneLine(broken);
      fail(new SubmitFailure.InvalidRequest("the producer's plug-ins refuse it: " + words), broken);
    } finally {
      sendingThread = NONE;
    }
  }

  @Override
  public void onCompletion(RecordMetadata metadata, @Nullable Exception exception) {
    if (exception == null) {
      ending.ended(this, true);
      receipt.complete(
          new JobReceipt(job.jobId(), metadata.topic(), metadata.partition(), metadata.offset()));
    } else if (sendingThread == Thread.currentThread().threadId()) {
      fail(beforeSend(exception), exception);
    } else {
      fail(afterSend(exception), exception);
    }
  }

  private void fail(SubmitFailure failure, Throwable cause) {
    ending.ended(this, false);
    receipt.completeExceptionally(new SubmitException(job.jobId(), failure, cause));
  }

  private SubmitFailure beforeSend(Throwable refused) {
    var known = known(refused);
    if (known != null) return known;
    if (refused instanceof BufferExhaustedException) return new SubmitFailure.Overloaded(waited());
    if (refused instanceof TimeoutException) {
      return new SubmitFailure.BrokerUnreachable(servers, waited());
    }
    return new SubmitFailure.TransactionFailed(JobRecords.oneLine(rootOf(refused)));
  }

  private SubmitFailure afterSend(Throwable failed) {
    var known = known(failed);
    if (known != null) return known;
    return switch (failed) {
      case TransactionAbortedException e -> transactionFailed(e);
      case TransactionAbortableException e -> transactionFailed(e);
      case ProducerFencedException e -> transactionFailed(e);
      case InvalidProducerEpochException e -> transactionFailed(e);
      default -> new SubmitFailure.FateUnknown(JobRecords.oneLine(failed));
    };
  }

  private static SubmitFailure transactionFailed(KafkaException cause) {
    return new SubmitFailure.TransactionFailed(JobRecords.oneLine(cause));
  }

  /// Failure with the same meaning at any time; null: nothing that is.
  private @Nullable SubmitFailure known(Throwable failed) {
    Throwable t = failed;
    for (var i = 0; t != null && i < CAUSES_MAX; i++, t = UnwrappedFailure.causeOf(t)) {
      switch (t) {
        case UnknownTopicOrPartitionException e -> {
          return new SubmitFailure.NoTopic(job.pipeline(), job.record().topic());
        }
        case AuthorizationException e -> {
          return new SubmitFailure.NotAuthorized(JobRecords.oneLine(e));
        }
        case AuthenticationException e -> {
          return new SubmitFailure.NotAuthorized(JobRecords.oneLine(e));
        }
        case RecordTooLargeException e -> {
          return new SubmitFailure.TooBig(-1, -1, "Kafka's max.request.size or max.message.bytes");
        }
        default -> {
          // perhaps its cause says more
        }
      }
    }
    return null;
  }

  private static SubmitFailure closedOr(IllegalStateException refused) {
    var text = JobRecords.oneLine(refused);
    return text.contains("closed")
        ? new SubmitFailure.Closed()
        : new SubmitFailure.TransactionFailed(text);
  }

  private static Throwable rootOf(Throwable failed) {
    var cause = UnwrappedFailure.causeOf(failed);
    return cause == null ? failed : cause;
  }

  private Duration waited() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
