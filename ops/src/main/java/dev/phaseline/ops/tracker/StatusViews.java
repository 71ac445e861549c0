package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.ItemBook;
import dev.phaseline.ops.accounting.ItemPlace.Kind;
import dev.phaseline.ops.accounting.ItemStep;
import dev.phaseline.ops.accounting.JobBook;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.RecordAddress;
import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Conversion of stored jobs and items to the views of the API.
///
/// @param names the namespace
/// @param inFlight what workers say
record StatusViews(TopicNames names, InFlight inFlight) {

  JobRow row(JobBook job) {
    return new JobRow(
        job.id(),
        job.pipeline(),
        state(job),
        job.phase(),
        Instant.ofEpochMilli(job.submittedMs()),
        job.isEnded() ? Instant.ofEpochMilli(job.endedMs()) : null,
        job.made(),
        job.itemsEnded(),
        job.itemsDead(),
        HeaderTexts.tags(job.tags()));
  }

  /// Workers are asked about a job's first item only: of many items, some always run.
  private WorkState state(JobBook job) {
    var state = job.state();
    if (state != WorkState.WAITING || job.root().children() != 0) return state;
    var place = place(job.pipeline(), job.root().head());
    return place == null ? state : inFlight.at(place).map(InFlight.Seen::state).orElse(state);
  }

  JobStatus job(JobBook job, @Nullable Instant eta) {
    return new JobStatus(
        row(job),
        job.key(),
        time(job.deadline()),
        job.counts(),
        job.redrives(),
        job.made() == 1 && !job.isEnded() ? until(job.root().head()) : null,
        eta);
  }

  ItemStatus item(JobBook job, String path, ItemBook item) {
    var head = item.head();
    var place = place(job.pipeline(), head);
    var seen = place == null ? null : inFlight.at(place).orElse(null);
    var history = FailedAttempts.read(item.history());
    return new ItemStatus(
        job.id(),
        path,
        item.phase(),
        seen != null && item.state() == WorkState.WAITING ? seen.state() : item.state(),
        item.attempt(),
        item.generation(),
        item.children(),
        until(head),
        seen == null ? null : seen.worker(),
        place,
        item.reason(),
        history.attempts(),
        history.omitted(),
        visits(item));
  }

  private static List<PhaseStay> visits(ItemBook item) {
    var visits = new ArrayList<PhaseStay>();
    for (var step : item.steps()) {
      var isVisit = step.place().kind() == Kind.PHASE || step.place().kind() == Kind.TIMER;
      if (step.enteredMs() == 0 || !isVisit) continue;
      visits.add(
          new PhaseStay(
              step.place().kind() == Kind.TIMER ? "timers" : step.place().phase(),
              Instant.ofEpochMilli(step.enteredMs()),
              step.leftMs() == 0 ? null : Instant.ofEpochMilli(step.leftMs())));
    }
    visits.sort(Comparator.comparing(PhaseStay::entered));
    return visits.size() <= ItemStatus.VISITS_MAX
        ? visits
        : visits.subList(visits.size() - ItemStatus.VISITS_MAX, visits.size());
  }

  private static @Nullable Instant until(@Nullable ItemStep head) {
    return head == null || head.place().kind() != Kind.TIMER || head.dueMs() == 0
        ? null
        : Instant.ofEpochMilli(head.dueMs());
  }

  private @Nullable RecordAddress place(String pipeline, @Nullable ItemStep head) {
    if (head == null || head.place().offset() < 0) return null;
    var place = head.place();
    var topic =
        switch (place.kind()) {
          case PHASE, TIMER -> names.phase(pipeline, place.phase());
          case DONE -> names.done(pipeline);
          case DEAD -> names.dead(pipeline);
        };
    return new RecordAddress(topic, place.partition(), place.offset());
  }

  private static @Nullable Instant time(@Nullable String text) {
    if (text == null) return null;
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException notATime) {
      return null;
    }
  }
}
