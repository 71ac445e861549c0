/// Names of topics, formats of records and the schema registry's client. The formats of control and
/// of progress are exported to the worker and to outboxes' relays alone, because they are no API.
///
/// The Kafka client is an automatic module: it has neither a descriptor nor a name in its manifest,
/// so its name here is that of its file. Without it no type of Kafka could stand in a signature of
/// a module; when it gets a name of its own, it is spelled here and in the other descriptors.
@SuppressWarnings({"module", "requires-automatic", "requires-transitive-automatic"})
module dev.phaseline.schemas {
  requires com.fasterxml.jackson.core;
  requires transitive com.fasterxml.jackson.databind;
  requires java.net.http;
  requires transitive kafka.clients;
  requires transitive org.apache.avro;
  requires static transitive org.jspecify;

  exports dev.phaseline.schemas;
  exports dev.phaseline.schemas.avro;
  exports dev.phaseline.schemas.registry;
  exports dev.phaseline.schemas.control to
      dev.phaseline.outbox,
      dev.phaseline.worker;
  exports dev.phaseline.schemas.reading to
      dev.phaseline.worker;
}
