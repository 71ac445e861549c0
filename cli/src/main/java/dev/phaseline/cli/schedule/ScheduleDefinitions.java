package dev.phaseline.cli.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.cli.submit.EntryLookup;
import dev.phaseline.cli.submit.PipelineEntries;
import dev.phaseline.cli.submit.RefusedPayloadException;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.ops.schedule.DefinitionReader;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.JobTemplate;
import dev.phaseline.schemas.schedule.Placeholders;
import dev.phaseline.schemas.schedule.ScheduleFormat;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.server.ServerConfigException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Definitions of schedules as people give them, completed and checked against their pipelines: the
/// phase is the pipeline's first where none is named, and the payload is what the phase takes. A
/// payload of a phase that takes Avro is JSON, which is encoded here. Thread-safe, as far as the
/// codecs are.
public final class ScheduleDefinitions implements DefinitionReader {
  private static final String PAYLOAD = "payload";

  /// Any run: what its placeholders become is of the form of every run's.
  private static final Placeholders SAMPLE =
      new Placeholders("s", "s~1@1970-01-01T00:00:00Z", Instant.EPOCH, ZoneOffset.UTC);

  private final PipelineEntries entries;
  private final Lookup lookup;

  /// Finds the entry of a pipeline.
  @FunctionalInterface
  public interface Lookup {
    /// The entry.
    ///
    /// @param phase null: the pipeline's first
    /// @throws CommandFailure when there is no such pipeline or phase
    EntryLookup.Found find(String pipeline, @Nullable String phase);
  }

  /// @param entries encodes payloads; stays the caller's to close
  public ScheduleDefinitions(PipelineEntries entries, Lookup lookup) {
    this.entries = entries;
    this.lookup = lookup;
  }

  @Override
  public ScheduleSpec read(ObjectNode given) {
    var whole = given.deepCopy();
    var pipeline = whole.path("pipeline");
    if (!pipeline.isTextual() || pipeline.textValue().isBlank()) {
      throw new InvalidScheduleException("pipeline", "pipeline is missing: name the pipeline");
    }
    var found = found(pipeline.textValue(), whole.path("phase"));
    whole.put("phase", found.form().phase());
    var spec = ScheduleFormat.read(whole);
    if (!(spec.job().payload() instanceof JobTemplate.Payload.Text(var template))) return spec;
    var encoded = encoded(found, template);
    if (encoded == null) return spec;
    whole.remove(PAYLOAD);
    whole.put("payloadBase64", Base64.getEncoder().encodeToString(encoded));
    return ScheduleFormat.read(whole);
  }

  private EntryLookup.Found found(String pipeline, JsonNode phase) {
    try {
      return lookup.find(pipeline, phase.isTextual() ? phase.textValue() : null);
    } catch (CommandFailure | ServerConfigException unknown) {
      throw new InvalidScheduleException("pipeline", String.valueOf(unknown.getMessage()), unknown);
    }
  }

  /// Bytes that take the template's place; null when the template stays, because what it becomes is
  /// what the phase reads.
  private byte @Nullable [] encoded(EntryLookup.Found found, String template) {
    var form = found.form().form();
    if (form.equals("text") || form.equals("bytes")) return null;
    var filled = SAMPLE.fill(template);
    try {
      var bytes =
          entries
              .encoder(found.form(), found.codec())
              .encode(filled.getBytes(StandardCharsets.UTF_8));
      if (form.equals("json")) return null;
      if (filled.equals(template)) return bytes;
    } catch (RefusedPayloadException | CommandFailure refused) {
      throw new InvalidScheduleException(PAYLOAD, PAYLOAD + ": " + refused.getMessage(), refused);
    }
    throw new InvalidScheduleException(
        PAYLOAD,
        "payload has placeholders, and "
            + found.form().pipeline()
            + '.'
            + found.form().phase()
            + " takes Avro, which is encoded now: leave them out, or take the instant from the"
            + " job's tag 'nominal'");
  }
}
