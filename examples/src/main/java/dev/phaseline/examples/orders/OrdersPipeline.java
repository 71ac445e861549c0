package dev.phaseline.examples.orders;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.producer.JobType;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.JobQueue;

/// A pipeline of two phases over orders of the form `<customer> <cents>`: the order is checked,
/// then a mail about it is put into a queue, for a worker that sends mails.
public final class OrdersPipeline {
  /// Entry of the pipeline.
  public static final JobType<String> ORDER = JobType.text("orders", "check");

  private final JobQueue<String> mails;

  private OrdersPipeline(JobQueue<String> mails) {
    this.mails = mails;
  }

  /// The pipeline.
  ///
  /// @param mails where mails are put
  public static Pipeline create(JobQueue<String> mails) {
    var handlers = new OrdersPipeline(mails);
    return Pipeline.named(ORDER.pipeline())
        .phase(ORDER.phase(), Codec.text(), (order, _) -> Outcome.next(checked(order)))
        .phase("confirm", Codec.text(), handlers::confirm)
        .build();
  }

  private static String checked(String order) {
    if (!order.matches("\\S+ [1-9][0-9]{0,8}")) {
      throw new PayloadException("an order is '<customer> <cents>'");
    }
    return order;
  }

  /// The mail's id is the same in each attempt at this work, so a sender can know mails that it has
  /// sent before.
  private Outcome<String> confirm(String order, PhaseContext context) {
    mails.createItem("confirm: " + order, ItemOptions.DEFAULT.withId(context.idempotencyKey()));
    return Outcome.done();
  }
}
