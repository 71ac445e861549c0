package dev.phaseline.cli.submit;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.core.Pipeline;
import dev.phaseline.ops.console.EntryForm;
import dev.phaseline.ops.console.JobEntry;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobReceipt;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.producer.SubmitException;
import dev.phaseline.producer.SubmitFailure;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Entry of jobs for a console, over the codecs of the pipelines that it has. Thread-safe.
public final class ConsoleEntry implements JobEntry, AutoCloseable {
  private final Pipelines pipelines;
  private final PipelineEntries entries;
  private final JobClient client;
  private final Map<String, JsonEncoder> encoders = new ConcurrentHashMap<>();

  private ConsoleEntry(Pipelines pipelines, PipelineEntries entries, JobClient client) {
    this.pipelines = pipelines;
    this.entries = entries;
    this.client = client;
  }

  /// Opens it; brokers and registry are asked when a job is submitted.
  public static ConsoleEntry open(ServerConfig config, Pipelines pipelines) {
    return new ConsoleEntry(
        pipelines,
        PipelineEntries.of(config),
        JobClient.connect(config.kafka(), JobClient.Settings.DEFAULT.withNames(config.names())));
  }

  @Override
  public List<EntryForm> forms() {
    return pipelines.all().stream().map(one -> PipelineEntries.form(one, one.first())).toList();
  }

  @Override
  public Accepted submit(NewJob job) {
    var pipeline = pipelines.find(job.pipeline());
    var type =
        JobType.bytes(pipeline.name(), pipeline.first().name()).withVersion(pipeline.version());
    try {
      var bytes = encoder(pipeline).encode(job.json().getBytes(StandardCharsets.UTF_8));
      var receipt = client.submitAndWait(type, request(job, bytes));
      return new Accepted(
          bytes.length,
          receipt.scheduler() == JobReceipt.Scheduler.MISSING
              ? "No scheduler runs, and the job starts when one does."
              : "");
    } catch (RefusedPayloadException refused) {
      throw RefusedJobException.ofTheJob(String.valueOf(refused.getMessage()));
    } catch (CommandFailure away) { // the registry
      throw RefusedJobException.ofTheCluster(String.valueOf(away.getMessage()), false);
    } catch (IllegalArgumentException invalid) {
      throw RefusedJobException.ofTheJob(String.valueOf(invalid.getMessage()));
    } catch (SubmitException failed) {
      throw refused(failed);
    }
  }

  private JsonEncoder encoder(Pipeline pipeline) {
    var known = encoders.get(pipeline.name());
    if (known != null) return known;
    var phase = pipeline.first();
    var made = entries.encoder(PipelineEntries.form(pipeline, phase), phase.input());
    encoders.put(pipeline.name(), made);
    return made;
  }

  private static JobRequest<byte[]> request(NewJob job, byte[] payload) {
    var request = JobRequest.withId(job.id(), payload);
    if (job.key().isPresent()) request = request.withKey(job.key().get());
    for (var tag : job.tags().entrySet()) request = request.withTag(tag.getKey(), tag.getValue());
    return switch (job.start()) {
      case Start.Now _ -> request;
      case Start.After(var delay) -> request.after(delay);
      case Start.At(var time) -> request.notBefore(time);
    };
  }

  private static RefusedJobException refused(SubmitException failed) {
    var message = String.valueOf(failed.getMessage());
    return switch (failed.failure()) {
      case SubmitFailure.InvalidRequest _, SubmitFailure.TooBig _, SubmitFailure.EncodingFailed _ ->
          RefusedJobException.ofTheJob(message);
      case SubmitFailure.FateUnknown _ -> RefusedJobException.ofTheCluster(message, true);
      case SubmitFailure.RegistryDown _,
          SubmitFailure.BrokerUnreachable _,
          SubmitFailure.Overloaded _,
          SubmitFailure.NotAuthorized _,
          SubmitFailure.NoTopic _,
          SubmitFailure.TransactionFailed _,
          SubmitFailure.Interrupted _,
          SubmitFailure.Closed _ ->
          RefusedJobException.ofTheCluster(message, false);
    };
  }

  @Override
  public void close() {
    client.close();
    entries.close();
  }
}
