package dev.phaseline.ops.console;

import dev.phaseline.ops.tracker.FailedAttempt;
import dev.phaseline.ops.tracker.ItemStatus;
import dev.phaseline.ops.tracker.JobRow;
import dev.phaseline.ops.tracker.JobStatus;
import dev.phaseline.ops.tracker.PhaseStay;
import dev.phaseline.ops.tracker.PhaseView;
import dev.phaseline.ops.tracker.TrackerState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Status as JSON: times as text in UTC, spans in milliseconds, what is not known absent.
final class StatusJson {
  private StatusJson() {}

  private static void put(Map<String, Object> out, String name, @Nullable Object value) {
    if (value != null) out.put(name, value instanceof java.time.Instant at ? at.toString() : value);
  }

  static Map<String, Object> phase(PhaseView view) {
    var out = new LinkedHashMap<String, Object>();
    out.put("pipeline", view.pipeline());
    out.put("phase", view.phase());
    out.put("in", view.in());
    out.put("out", view.out());
    out.put("waiting", view.waiting());
    out.put("retrying", view.retrying());
    out.put("done", view.done());
    out.put("dead", view.dead());
    out.put("inPerSecond", rounded(view.inPerSecond()));
    out.put("outPerSecond", rounded(view.outPerSecond()));
    view.stayIfKnown()
        .ifPresent(
            stay -> {
              out.put("stayP50Ms", stay.p50().toMillis());
              out.put("stayP99Ms", stay.p99().toMillis());
            });
    view.waitedIfKnown().ifPresent(wait -> put(out, "wait", wait));
    view.handledIfKnown().ifPresent(service -> put(out, "service", service));
    view.oldestWaitingIfAny().ifPresent(span -> out.put("oldestWaitingMs", span.toMillis()));
    view.toDrainIfKnown().ifPresent(span -> out.put("toDrainMs", span.toMillis()));
    return out;
  }

  /// Handlers may take microseconds: milliseconds with three decimals.
  private static void put(Map<String, Object> out, String name, PhaseView.Percentiles times) {
    out.put(name + "P50Ms", millis(times.p50()));
    out.put(name + "P99Ms", millis(times.p99()));
  }

  private static double millis(Duration span) {
    var micros = span.toNanos() / 1_000;
    return micros / 1e3;
  }

  private static double rounded(double rate) {
    return Math.round(rate * 100) / 100.0;
  }

  static Map<String, Object> row(JobRow row) {
    var out = new LinkedHashMap<String, Object>();
    out.put("id", row.id());
    out.put("pipeline", row.pipeline());
    out.put("state", row.state().text());
    out.put("phase", row.phase());
    out.put("submitted", row.submitted().toString());
    put(out, "ended", row.ended());
    out.put("items", row.items());
    out.put("itemsEnded", row.itemsEnded());
    out.put("itemsDead", row.itemsDead());
    out.put("tags", row.tags());
    return out;
  }

  static Map<String, Object> job(JobStatus job) {
    var out = row(job.row());
    put(out, "key", job.key());
    put(out, "deadline", job.deadline());
    put(out, "until", job.until());
    put(out, "eta", job.eta());
    out.put("redrives", job.redrives());
    out.put(
        "counts",
        job.counts().stream()
            .map(
                one ->
                    Map.of("phase", one.phase(), "state", one.state().text(), "items", one.items()))
            .toList());
    return out;
  }

  static Map<String, Object> item(ItemStatus item) {
    var out = new LinkedHashMap<String, Object>();
    out.put("job", item.jobId());
    out.put("path", item.path());
    out.put("phase", item.phase());
    out.put("state", item.state().text());
    out.put("attempt", item.attempt());
    out.put("generation", item.generation());
    out.put("children", item.children());
    put(out, "until", item.until());
    put(out, "worker", item.worker());
    item.placeIfAny().ifPresent(place -> out.put("place", place.toString()));
    out.put("reason", item.reason());
    out.put("omitted", item.omitted());
    out.put("attempts", item.attempts().stream().map(StatusJson::attempt).toList());
    out.put("visits", item.visits().stream().map(StatusJson::visit).toList());
    return out;
  }

  private static Map<String, Object> attempt(FailedAttempt attempt) {
    var out = new LinkedHashMap<String, Object>();
    out.put("number", attempt.number());
    out.put("kind", attempt.kind());
    out.put("error", attempt.error());
    out.put("message", attempt.message());
    out.put("worker", attempt.worker());
    put(out, "started", attempt.started());
    put(out, "ended", attempt.ended());
    return out;
  }

  private static Map<String, Object> visit(PhaseStay visit) {
    var out = new LinkedHashMap<String, Object>();
    out.put("phase", visit.phase());
    out.put("entered", visit.entered().toString());
    put(out, "left", visit.left());
    return out;
  }

  static Map<String, Object> state(TrackerState state) {
    var out = new LinkedHashMap<String, Object>();
    switch (state) {
      case TrackerState.Ready ready -> {
        out.put("state", "ready");
        out.put("behind", ready.behind());
      }
      case TrackerState.Restoring restoring -> {
        out.put("state", "restoring");
        out.put("restored", restoring.restored());
        out.put("total", restoring.total());
        out.put("progress", restoring.progress());
      }
      case TrackerState.Failed failed -> {
        out.put("state", "failed");
        out.put("reason", failed.reason());
      }
    }
    return out;
  }
}
