package dev.phaseline.ops.console;

import dev.phaseline.ops.console.JobEntry.RefusedJobException;
import dev.phaseline.ops.tracker.StatusSource;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.ItemHeaders;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Routes for the submission of jobs, and for the forms of their payloads. A job whose id is known
/// is not submitted again. Thread-safe.
final class EntryRoutes {
  /// As long as a tracker may take to learn of a job, many times over.
  private static final int RECENT_MAX = 10_000;

  private final JobEntry entry;
  private final PipelineShapes shapes;
  private final StatusSource status;
  private final AuditTrail audit;
  private final InstantSource clock;

  /// Ids that were submitted here lately; guarded by itself.
  private final Map<String, Boolean> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > RECENT_MAX;
        }
      };

  EntryRoutes(
      JobEntry entry,
      PipelineShapes shapes,
      StatusSource status,
      AuditTrail audit,
      InstantSource clock) {
    this.entry = entry;
    this.shapes = shapes;
    this.status = status;
    this.audit = audit;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/api/v1/entries", Role.VIEWER, _ -> Reply.json(new EntryForm.All(entry.forms()))),
        Route.post("/api/v1/jobs", Role.OPERATOR, this::submit));
  }

  private Reply submit(Call call) {
    var body = call.body(Set.of("pipeline", "id", "key", "payload", "after", "at", "tags"));
    var job = job(body);
    if (body.find("id").isPresent()) {
      if (isKnown(job)) {
        return Reply.json(new Submitted(job.id(), job.pipeline(), false, ""));
      }
    }
    try {
      audit.keep(note(call.principal(), job));
      var accepted = entry.submit(job);
      return Reply.json(new Submitted(job.id(), job.pipeline(), true, accepted.warning()));
    } catch (RuntimeException failed) {
      forget(job); // it is the same job when it is submitted again
      throw failed instanceof RefusedJobException refused ? problem(refused) : failed;
    }
  }

  private boolean isKnown(JobEntry.NewJob job) {
    synchronized (recent) {
      if (recent.containsKey(job.id())) return true;
    }
    // throws while the tracker restores: then it can't be known
    if (status.job(job.id()).isPresent()) return true;
    synchronized (recent) {
      return recent.putIfAbsent(job.id(), true) != null;
    }
  }

  private void forget(JobEntry.NewJob job) {
    synchronized (recent) {
      recent.remove(job.id());
    }
  }

  private static Problem problem(RefusedJobException refused) {
    var message = String.valueOf(refused.getMessage());
    if (refused.isOfTheJob()) {
      return Problem.of(
          422,
          "bad-job",
          "The job can't be submitted like this",
          message,
          "change it and try again; nothing was submitted");
    }
    return Problem.unavailable(
        "not-submitted",
        message,
        refused.maybeSubmitted()
            ? "submit it again under the same id: it is the same job then"
            : "nothing was submitted: try again when it is back");
  }

  private AuditTrail.Note note(Principal who, JobEntry.NewJob job) {
    var detail =
        switch (job.start()) {
          case JobEntry.Start.Now _ -> "";
          case JobEntry.Start.After(var delay) -> "after " + DurationText.of(delay);
          case JobEntry.Start.At(var time) -> "at " + time;
        };
    return new AuditTrail.Note(
        clock.instant(),
        who.name(),
        who.where(),
        "submit",
        "job " + job.id() + " of " + job.pipeline(),
        detail);
  }

  private JobEntry.NewJob job(JsonBody body) {
    var pipeline = shapes.requirePipeline(body.text("pipeline"));
    var payload = body.json().path("payload");
    if (payload.isMissingNode()) {
      throw JsonBody.wrong("payload", "is missing", "give the payload as JSON");
    }
    var id = body.find("id").orElseGet(() -> UUID.randomUUID().toString());
    try {
      ItemHeaders.checkJobId(id);
    } catch (IllegalArgumentException invalid) {
      throw JsonBody.wrong("id", "is no job's id: " + invalid.getMessage(), "give another one");
    }
    return new JobEntry.NewJob(
        pipeline, id, body.find("key"), payload.toString(), start(body), tags(body));
  }

  private static JobEntry.Start start(JsonBody body) {
    var after = body.find("after");
    var at = body.find("at");
    if (after.isPresent() && at.isPresent()) {
      throw Problem.bad("bad-start", "the body has both 'after' and 'at'", "give one of them");
    }
    try {
      if (after.isPresent()) {
        return new JobEntry.Start.After(DurationText.parse(after.get()));
      }
      return at.isPresent()
          ? new JobEntry.Start.At(OffsetDateTime.parse(at.get()).toInstant())
          : new JobEntry.Start.Now();
    } catch (IllegalArgumentException none) {
      throw JsonBody.wrong("after", "is " + none.getMessage(), DurationText.RULE);
    } catch (DateTimeException none) {
      throw JsonBody.wrong(
          "at", "is no point in time with its zone", "write it like 2026-12-24T18:00:00Z");
    }
  }

  private static Map<String, String> tags(JsonBody body) {
    var tags = new LinkedHashMap<String, String>();
    var given = body.json().path("tags");
    if (given.isMissingNode() || given.isNull()) return tags;
    if (!given.isObject()) {
      throw JsonBody.wrong("tags", "is no object", "give {\"name\": \"value\"}");
    }
    for (var tag : given.properties()) {
      if (!tag.getValue().isTextual()) {
        throw JsonBody.wrong("tags", "has a value that is no text", "give texts as values");
      }
      tags.put(tag.getKey(), tag.getValue().textValue());
    }
    return tags;
  }

  /// A submission as it is answered.
  ///
  /// @param submitted false when a job of that id was there already, and nothing was done
  /// @param warning what keeps it from starting; empty when nothing is known to
  record Submitted(String id, String pipeline, boolean submitted, String warning) {}
}
