/// Codecs of payloads. `JsonCodec` reads and writes types by reflection: a module that keeps them
/// opens their package to `com.fasterxml.jackson.databind`. Kafka's client is an automatic module,
/// as it is for `dev.phaseline.schemas`.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.phaseline.codecs {
  requires com.fasterxml.jackson.core;
  requires transitive com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.datatype.jsr310;
  requires static com.google.protobuf;
  requires transitive dev.phaseline.core;
  requires dev.phaseline.schemas;
  requires transitive kafka.clients;
  requires static transitive org.jspecify;

  exports dev.phaseline.codecs;
}
