package dev.phaseline.ops.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import dev.phaseline.ops.schedule.ScheduleChange;
import dev.phaseline.schemas.control.Author;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;

/// Routes for schedules. To pause, resume and trigger is an operator's; definitions, backfills and
/// removals are an admin's. What is changed is audited first. Thread-safe.
final class ScheduleRoutes {
  private static final String ALL = "/api/v1/schedules";
  private static final String ONE = ALL + "/{schedule}";
  private static final int RECENT = 16;
  private static final int INSTANTS = 10;
  private static final int HISTORY_USUAL = 50;

  private final ScheduleSource schedules;
  private final AuditTrail audit;
  private final InstantSource clock;

  ScheduleRoutes(ScheduleSource schedules, AuditTrail audit, InstantSource clock) {
    this.schedules = schedules;
    this.audit = audit;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, Role.VIEWER, this::list),
        Route.get(ONE, Role.VIEWER, this::one).taking("limit"),
        Route.post(ONE + "/put", Role.ADMIN, this::put),
        Route.post(ONE + "/pause", Role.OPERATOR, call -> simple(call, schedules::pause, "pause")),
        Route.post(
            ONE + "/resume", Role.OPERATOR, call -> simple(call, schedules::resume, "resume")),
        Route.post(
            ONE + "/trigger", Role.OPERATOR, call -> simple(call, schedules::trigger, "trigger")),
        Route.post(ONE + "/backfill", Role.ADMIN, this::backfill),
        Route.post(ONE + "/remove", Role.ADMIN, call -> simple(call, schedules::remove, "remove")));
  }

  private Reply list(Call call) {
    var now = clock.instant();
    var served = schedules.isServed();
    var latest = schedules.latest(RECENT);
    return Reply.json(
        new ScheduleAnswers.All(
            served,
            schedules.list().stream()
                .map(
                    view ->
                        ScheduleAnswers.line(
                            view, served, latest.getOrDefault(view.id(), List.of()), now))
                .toList(),
            ScheduleAnswers.unreadable(schedules.unreadable())));
  }

  private Reply one(Call call) {
    var view = schedules.require(call.part("schedule"));
    var limit = call.query().number("limit", HISTORY_USUAL, 1, 1_000);
    return Reply.json(
        ScheduleAnswers.one(
            view,
            schedules.isServed(),
            schedules.history(view.id(), limit),
            clock.instant(),
            INSTANTS));
  }

  /// A change that needs nothing but its author.
  private interface Simple {
    ScheduleChange make(String id, Author author);
  }

  private Reply simple(Call call, Simple change, String verb) {
    var body = call.body(Set.of("reason"));
    var id = schedules.require(call.part("schedule")).id();
    var author = author(call, body);
    audit.keep(note(author, verb, id, author.reason()));
    return Reply.json(ScheduleAnswers.Changed.of(change.make(id, author)));
  }

  private Reply put(Call call) {
    var body = call.body(Set.of("definition", "revision", "reason"));
    var id = call.part("schedule");
    if (!(body.json().path("definition") instanceof ObjectNode definition)) {
      throw JsonBody.wrong("definition", "is no object", "give the whole definition");
    }
    var spec = schedules.read(id, definition);
    var revision = body.json().path("revision");
    if (!revision.isMissingNode()) {
      var now = schedules.require(id).record().revision();
      if (now != body.id("revision")) {
        throw Problem.conflict(
            "changed-meanwhile",
            "schedule '" + id + "' has revision " + now + " by now",
            "look at it again, then change it");
      }
    }
    var author = author(call, body);
    audit.keep(
        note(
            author,
            "put",
            id,
            ScheduleAnswers.when(spec.timing())
                + (author.reason().isEmpty() ? "" : ": " + author.reason())));
    return Reply.json(ScheduleAnswers.Changed.of(schedules.put(id, spec, author)));
  }

  private Reply backfill(Call call) {
    var body = call.body(Set.of("from", "until", "atOnce", "reason"));
    var id = schedules.require(call.part("schedule")).id();
    var from = time(body, "from");
    var until = time(body, "until");
    var atOnce = body.whole("atOnce", 1, 1, 1_000);
    var author = author(call, body);
    audit.keep(note(author, "backfill", id, from + " to " + until));
    return Reply.json(
        ScheduleAnswers.Changed.of(schedules.backfill(id, from, until, atOnce, author)));
  }

  private static Instant time(JsonBody body, String name) {
    try {
      return OffsetDateTime.parse(body.text(name)).toInstant();
    } catch (DateTimeException none) {
      throw JsonBody.wrong(
          name, "is no point in time with its zone", "write it like 2026-12-24T18:00:00Z");
    }
  }

  private static Author author(Call call, JsonBody body) {
    var who = call.principal();
    return new Author(who.name(), "console " + who.where(), body.find("reason").orElse(""));
  }

  private AuditTrail.Note note(Author author, String verb, String id, String detail) {
    return new AuditTrail.Note(
        clock.instant(), author.by(), author.from(), verb, "schedule " + id, detail);
  }
}
