package dev.phaseline.ops.console;

import dev.phaseline.ops.tracker.JobQuery;
import dev.phaseline.ops.tracker.StatusSource;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/// Routes for jobs, phases and the overview. Thread-safe.
final class StatusRoutes {
  private static final String JOB = "/api/v1/jobs/{job}";
  private static final String ID = "id";
  private static final int LIMIT_USUAL = 50;

  private final StatusSource status;
  private final OverviewPublisher pulse;
  private final InstantSource clock;

  StatusRoutes(StatusSource status, OverviewPublisher pulse, InstantSource clock) {
    this.status = status;
    this.pulse = pulse;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/overview", Role.VIEWER, _ -> Reply.json(pulse.overview())),
        Route.get("/api/v1/history", Role.VIEWER, _ -> Reply.json(pulse.history())),
        Route.get("/api/v1/phases", Role.VIEWER, this::phases),
        Route.get("/api/v1/jobs", Role.VIEWER, this::jobs).taking("q", "cursor", "limit"),
        Route.get(JOB, Role.VIEWER, this::job).taking(ID),
        Route.get(JOB + "/items", Role.VIEWER, this::items).taking(ID, "cursor", "limit"));
  }

  private Reply phases(Call call) {
    return Reply.json(
        new StatusJson.Phases(status.phases().stream().map(StatusJson.Phase::of).toList()));
  }

  private Reply jobs(Call call) {
    var limit = limit(call);
    var query = JobQuery.parse(call.query().text("q"), clock.instant());
    var page = status.jobs(query, call.query().find("cursor").orElse(null), limit);
    return Reply.json(
        new StatusJson.Jobs(
            page.rows().stream().map(StatusJson.Row::of).toList(), page.nextIfAny().orElse(null)));
  }

  private static int limit(Call call) {
    return call.query().number("limit", LIMIT_USUAL, 1, StatusSource.LIMIT_MAX);
  }

  private Reply job(Call call) {
    var id = id(call);
    return Reply.json(StatusJson.Job.of(status.job(id).orElseThrow(noSuchJob(id))));
  }

  /// The job that is asked for. Browsers and proxies take `.` and `..` out of paths, also when they
  /// are encoded, so a job of that name is asked for by a parameter.
  private static String id(Call call) {
    return call.query().find(ID).orElseGet(() -> call.part("job"));
  }

  private static Supplier<Problem> noSuchJob(String id) {
    return () ->
        Problem.missing(
            "no-such-job",
            "there is no job '" + (id.length() <= 100 ? id : id.substring(0, 100) + "...") + "'",
            "check its id, or search; jobs that ended long ago are no longer kept");
  }

  private Reply items(Call call) {
    var id = id(call);
    var limit = limit(call);
    if (status.job(id).isEmpty()) throw noSuchJob(id).get();
    var page = status.items(id, call.query().find("cursor").orElse(null), limit);
    return Reply.json(
        new StatusJson.Items(
            page.rows().stream().map(StatusJson.Item::of).toList(), page.nextIfAny().orElse(null)));
  }
}
