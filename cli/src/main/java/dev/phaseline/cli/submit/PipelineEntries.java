package dev.phaseline.cli.submit;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.core.Codec;
import dev.phaseline.core.PayloadForm;
import dev.phaseline.core.Phase;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.ops.console.EntryForm;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.avro.AvroJson;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import dev.phaseline.schemas.registry.RegistryUnavailableException;
import dev.phaseline.server.Environment;
import dev.phaseline.server.ServerConfig;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Encoders of JSON for the phases of pipelines: by the codec where the pipeline is at hand, by its
/// form where only that is known, and by the registry's schema. Thread-safe.
public final class PipelineEntries implements AutoCloseable {
  private final TopicNames names;
  private final @Nullable HttpSchemaRegistry registry;
  private final @Nullable AvroJson avro;

  private PipelineEntries(TopicNames names, @Nullable HttpSchemaRegistry registry) {
    this.names = names;
    this.registry = registry;
    this.avro = registry == null ? null : new AvroJson(registry);
  }

  /// Entries of a namespace, with the registry of the configuration, if it names one. Nothing is
  /// asked yet.
  public static PipelineEntries of(ServerConfig config) {
    return new PipelineEntries(
        config.names(),
        config.settings().containsKey(ServerConfig.REGISTRY)
            ? HttpSchemaRegistry.of(config.settings())
            : null);
  }

  /// Form of a phase's payloads.
  public static EntryForm form(Pipeline pipeline, Phase<?> phase) {
    var form =
        switch (UserCode.<PayloadForm>call(phase.input()::form)) {
          case UserCode.Answer.Gave<PayloadForm>(var declared) when declared != null -> declared;
          case UserCode.Answer.Gave<PayloadForm> _ -> new PayloadForm.Undeclared();
          case UserCode.Answer.Threw<PayloadForm> _ -> new PayloadForm.Undeclared();
        };
    return switch (form) {
      case PayloadForm.Text _ -> form(pipeline, phase, "text", List.of(), null);
      case PayloadForm.Bytes _ -> form(pipeline, phase, "bytes", List.of(), null);
      case PayloadForm.Undeclared _ -> form(pipeline, phase, "undeclared", List.of(), null);
      case PayloadForm.Avro(var schema) -> form(pipeline, phase, "avro", List.of(), schema);
      case PayloadForm.Json(var members) ->
          form(
              pipeline,
              phase,
              "json",
              members.stream()
                  .map(one -> new EntryForm.Member(one.name(), one.type(), one.required()))
                  .toList(),
              null);
    };
  }

  private static EntryForm form(
      Pipeline pipeline,
      Phase<?> phase,
      String kind,
      List<EntryForm.Member> members,
      @Nullable String schema) {
    return new EntryForm(pipeline.name(), phase.name(), kind, members, schema);
  }

  /// Encoder of a phase's payloads by its form.
  ///
  /// @param codec the phase's codec; null when the pipeline is not at hand
  /// @throws RefusedPayloadException when no JSON can be given for such a phase
  /// @throws CommandFailure when the registry that it needs is not named, or can't be reached
  public JsonEncoder encoder(EntryForm form, @Nullable Codec<?> codec) {
    var phase = form.pipeline() + '.' + form.phase();
    var topic = names.phase(form.pipeline(), form.phase());
    return switch (form.form()) {
      case "text" -> JsonEncoder.text(phase);
      case "json" ->
          codec == null ? JsonEncoder.json(phase, form.members()) : JsonEncoder.json(codec, topic);
      case "avro" -> {
        var schema = String.valueOf(form.schema());
        yield avro(() -> avro().register(subject(topic), schema), codec, topic);
      }
      case "bytes" ->
          throw new RefusedPayloadException(
              phase + " takes bytes: use --raw, which submits a file as it is");
      default -> undeclared(phase, topic, codec);
    };
  }

  /// Encoder under a schema that the registry has.
  ///
  /// @param schema the id of a schema, or a subject, of which the latest version counts
  /// @throws CommandFailure when there is none, or the registry is not named or can't be reached
  public JsonEncoder bySchema(
      String schema, String pipeline, String phase, @Nullable Codec<?> codec) {
    var topic = names.phase(pipeline, phase);
    if (schema.matches("[0-9]{1,9}")) {
      var id = Integer.parseInt(schema);
      return avro(
          () -> {
            registry().schema(id);
            return id;
          },
          codec,
          topic);
    }
    return avro(() -> registry().latest(schema).id(), codec, topic);
  }

  private JsonEncoder undeclared(String phase, String topic, @Nullable Codec<?> codec) {
    if (registry != null) {
      try {
        var id = registry.latest(subject(topic)).id();
        return JsonEncoder.avro(avro(), id, codec, topic);
      } catch (SerializationException notThere) {
        // said below
      } catch (RegistryUnavailableException down) {
        throw CommandFailure.of(String.valueOf(down.getMessage()), down);
      }
    }
    throw new RefusedPayloadException(
        "the form of "
            + phase
            + "'s payloads is not known here, and the registry has no subject "
            + subject(topic)
            + ": name its schema with --schema SUBJECT or --schema ID, or submit bytes with --raw");
  }

  /// Finds a schema's id.
  @FunctionalInterface
  private interface SchemaId {
    int find();
  }

  private JsonEncoder avro(SchemaId schema, @Nullable Codec<?> codec, String topic) {
    try {
      return JsonEncoder.avro(avro(), schema.find(), codec, topic);
    } catch (SerializationException refused) {
      throw CommandFailure.usage(String.valueOf(refused.getMessage()));
    } catch (RegistryUnavailableException down) {
      throw CommandFailure.of(String.valueOf(down.getMessage()), down);
    }
  }

  private static String subject(String topic) {
    return topic + "-value";
  }

  private AvroJson avro() {
    if (avro == null) throw noRegistry();
    return avro;
  }

  private HttpSchemaRegistry registry() {
    if (registry == null) throw noRegistry();
    return registry;
  }

  private static CommandFailure noRegistry() {
    return CommandFailure.usage(
        "a schema registry is needed, and none is named: use --registry-url URL, "
            + Environment.REGISTRY_URL
            + ", or settings."
            + ServerConfig.REGISTRY
            + " in the server file");
  }

  @Override
  public void close() {
    if (registry != null) registry.close();
  }
}
