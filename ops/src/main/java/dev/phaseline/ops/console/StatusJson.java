package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.phaseline.ops.tracker.FailedAttempt;
import dev.phaseline.ops.tracker.ItemStatus;
import dev.phaseline.ops.tracker.JobRow;
import dev.phaseline.ops.tracker.JobStatus;
import dev.phaseline.ops.tracker.PhaseStay;
import dev.phaseline.ops.tracker.PhaseView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Status as the API answers it: times as text in UTC, spans in milliseconds, what is not known
/// absent. Names, types and absences are compared with `openapi.json` by a test.
final class StatusJson {
  private StatusJson() {}

  /// All phases.
  record Phases(List<Phase> phases) {}

  /// One phase.
  record Phase(String pipeline, String phase, @JsonUnwrapped Counts counts) {
    static Phase of(PhaseView view) {
      return new Phase(view.pipeline(), view.phase(), Counts.of(view));
    }
  }

  /// The numbers of a phase.
  record Counts(
      long in,
      long out,
      long waiting,
      long retrying,
      long done,
      long dead,
      double inPerSecond,
      double outPerSecond,
      @JsonUnwrapped Spans spans) {
    static Counts of(PhaseView view) {
      return new Counts(
          view.in(),
          view.out(),
          view.waiting(),
          view.retrying(),
          view.done(),
          view.dead(),
          rounded(view.inPerSecond()),
          rounded(view.outPerSecond()),
          Spans.of(view));
    }

    private static double rounded(double rate) {
      return Math.round(rate * 100) / 100.0;
    }
  }

  /// The times of a phase in milliseconds; handlers may take microseconds, so waiting and handling
  /// have three decimals.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Spans(
      @Nullable Long stayP50Ms,
      @Nullable Long stayP99Ms,
      @Nullable Double waitP50Ms,
      @Nullable Double waitP99Ms,
      @Nullable Double serviceP50Ms,
      @Nullable Double serviceP99Ms,
      @Nullable Long oldestWaitingMs,
      @Nullable Long toDrainMs) {
    static Spans of(PhaseView view) {
      return new Spans(
          whole(view.stayIfKnown().map(PhaseView.Percentiles::p50)),
          whole(view.stayIfKnown().map(PhaseView.Percentiles::p99)),
          fine(view.waitedIfKnown().map(PhaseView.Percentiles::p50)),
          fine(view.waitedIfKnown().map(PhaseView.Percentiles::p99)),
          fine(view.handledIfKnown().map(PhaseView.Percentiles::p50)),
          fine(view.handledIfKnown().map(PhaseView.Percentiles::p99)),
          whole(view.oldestWaitingIfAny()),
          whole(view.toDrainIfKnown()));
    }

    private static @Nullable Long whole(Optional<Duration> span) {
      return span.map(Duration::toMillis).orElse(null);
    }

    private static double millis(Duration span) {
      var micros = span.toNanos() / 1_000;
      return micros / 1e3;
    }

    private static @Nullable Double fine(Optional<Duration> span) {
      return span.map(Spans::millis).orElse(null);
    }
  }

  /// A page of jobs.
  ///
  /// @param next where the list goes on; absent at its end
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Jobs(List<Row> jobs, @Nullable String next) {}

  /// A job in a list.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Row(
      String id,
      String pipeline,
      String state,
      String phase,
      String submitted,
      @Nullable String ended,
      long items,
      long itemsEnded,
      long itemsDead,
      Map<String, String> tags) {
    static Row of(JobRow row) {
      return new Row(
          row.id(),
          row.pipeline(),
          row.state().text(),
          row.phase(),
          row.submitted().toString(),
          text(row.ended()),
          row.items(),
          row.itemsEnded(),
          row.itemsDead(),
          row.tags());
    }
  }

  /// One job.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Job(
      @JsonUnwrapped Row row,
      @Nullable String key,
      @Nullable String deadline,
      @Nullable String until,
      @Nullable String eta,
      int redrives,
      List<Count> counts) {
    static Job of(JobStatus job) {
      return new Job(
          Row.of(job.row()),
          job.key(),
          text(job.deadline()),
          text(job.until()),
          text(job.eta()),
          job.redrives(),
          job.counts().stream()
              .map(one -> new Count(one.phase(), one.state().text(), one.items()))
              .toList());
    }
  }

  /// The items of a job that stand alike.
  record Count(String phase, String state, long items) {}

  /// A page of items.
  ///
  /// @param next where the list goes on; absent at its end
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Items(List<Item> items, @Nullable String next) {}

  /// An item of a job.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(
      String job,
      String path,
      String phase,
      String state,
      int attempt,
      int generation,
      int children,
      @Nullable String until,
      @Nullable String worker,
      @Nullable String place,
      String reason,
      long omitted,
      List<Attempt> attempts,
      List<Visit> visits) {
    static Item of(ItemStatus item) {
      return new Item(
          item.jobId(),
          item.path(),
          item.phase(),
          item.state().text(),
          item.attempt(),
          item.generation(),
          item.children(),
          text(item.until()),
          item.worker(),
          item.placeIfAny().map(Object::toString).orElse(null),
          item.reason(),
          item.omitted(),
          item.attempts().stream().map(Attempt::of).toList(),
          item.visits().stream().map(Visit::of).toList());
    }
  }

  /// An attempt that failed.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Attempt(
      int number,
      String kind,
      String error,
      String message,
      String worker,
      @Nullable String started,
      @Nullable String ended) {
    static Attempt of(FailedAttempt attempt) {
      return new Attempt(
          attempt.number(),
          attempt.kind(),
          attempt.error(),
          attempt.message(),
          attempt.worker(),
          text(attempt.started()),
          text(attempt.ended()));
    }
  }

  /// A stay in a phase.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Visit(String phase, String entered, @Nullable String left) {
    static Visit of(PhaseStay stay) {
      return new Visit(stay.phase(), stay.entered().toString(), text(stay.left()));
    }
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }
}
