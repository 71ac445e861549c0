/// Work queues with leases, and a worker for them.
module dev.phaseline.queue {
  requires transitive dev.phaseline.core;
  requires dev.phaseline.schemas;
  requires static transitive org.jspecify;
  requires transitive java.sql;
  requires org.slf4j;

  exports dev.phaseline.queue;
  exports dev.phaseline.queue.sql;
  exports dev.phaseline.queue.worker;
}
