/// The client that submits jobs. Kafka's client is an automatic module, as it is for
/// `dev.phaseline.schemas`, and so is OpenTelemetry's API, which is needed by `CallerTrace` alone:
/// a module that uses it requires `io.opentelemetry.api` itself.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.phaseline.producer {
  requires transitive dev.phaseline.schemas;
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires transitive kafka.clients;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports dev.phaseline.producer;
}
