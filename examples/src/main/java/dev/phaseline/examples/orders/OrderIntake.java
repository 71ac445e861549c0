package dev.phaseline.examples.orders;

import dev.phaseline.core.PayloadException;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.SubmitException;
import dev.phaseline.producer.SubmitFailure;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.worker.QueueHandler;
import dev.phaseline.queue.worker.SuspendQueueException;

/// Handler of a queue of orders: submits each to the pipeline, once, however often it is delivered.
///
/// The job has the item's id, and a time: the item's creation. So it goes through the scheduler,
/// and a timer of the same id and time is the same timer (`docs/timers.md`), for an hour.
/// Thread-safe.
public final class OrderIntake implements QueueHandler<String> {
  private final JobClient jobs;

  /// @param jobs stays the caller's
  public OrderIntake(JobClient jobs) {
    this.jobs = jobs;
  }

  @Override
  public void handle(QueueItem<String> item) {
    try {
      jobs.submitAndWait(
          OrdersPipeline.ORDER,
          JobRequest.withId(item.id(), item.data()).notBefore(item.created()));
    } catch (SubmitException failed) {
      throw judged(failed);
    }
  }

  /// The exception that tells the worker what the failure is about: this order, all of them, or not
  /// known, so that the order is tried again.
  private static RuntimeException judged(SubmitException failed) {
    return switch (failed.failure()) {
      case SubmitFailure.InvalidRequest request -> new PayloadException(request.message(), failed);
      case SubmitFailure.TooBig big -> new PayloadException(big.message(), failed);
      case SubmitFailure.EncodingFailed encoding ->
          new PayloadException(encoding.message(), failed);
      case SubmitFailure.RegistryDown down -> new SuspendQueueException(down.message());
      case SubmitFailure.BrokerUnreachable away -> new SuspendQueueException(away.message());
      case SubmitFailure.Overloaded full -> new SuspendQueueException(full.message());
      case SubmitFailure.NotAuthorized no -> new SuspendQueueException(no.message());
      case SubmitFailure.NoTopic missing -> new SuspendQueueException(missing.message());
      case SubmitFailure.TransactionFailed ended -> new SuspendQueueException(ended.message());
      case SubmitFailure.Closed closed -> new SuspendQueueException(closed.message());
      case SubmitFailure.Interrupted _ -> failed;
      case SubmitFailure.FateUnknown _ -> failed;
    };
  }
}
