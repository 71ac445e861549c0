/// Jobs submitted in SQL transactions, and the relay that publishes them. Kafka's client is an
/// automatic module, as it is for `dev.phaseline.schemas`, and so is Micrometer, which is needed by
/// `OutboxMeters` alone: a module that uses it requires `micrometer.core` itself.
@SuppressWarnings("requires-automatic")
module dev.phaseline.outbox {
  requires transitive dev.phaseline.jdbc;
  requires transitive dev.phaseline.producer;
  requires transitive java.sql;
  requires kafka.clients;
  requires static micrometer.core;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports dev.phaseline.outbox;
}
