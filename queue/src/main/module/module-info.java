/// Work queues with leases, a worker for them, and queues in SQL and on Kafka. Kafka's client is an
/// automatic module, as it is for `dev.phaseline.schemas`, and so is Micrometer, which is needed by
/// `QueueMeters` alone: a module that uses it requires `micrometer.core` itself.
@SuppressWarnings("requires-automatic")
module dev.phaseline.queue {
  requires transitive dev.phaseline.core;
  requires transitive dev.phaseline.schemas;
  requires transitive dev.phaseline.topics;
  requires kafka.clients;
  requires static micrometer.core;
  requires static transitive org.jspecify;
  requires transitive java.sql;
  requires org.slf4j;

  exports dev.phaseline.queue;
  exports dev.phaseline.queue.kafka;
  exports dev.phaseline.queue.sql;
  exports dev.phaseline.queue.worker;
}
