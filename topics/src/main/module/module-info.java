/// Makes and checks the topics of pipelines. Kafka's client is an automatic module, as it is for
/// `dev.phaseline.schemas`.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.phaseline.topics {
  requires transitive dev.phaseline.schemas;
  requires transitive kafka.clients;
  requires static transitive org.jspecify;

  exports dev.phaseline.topics;
}
