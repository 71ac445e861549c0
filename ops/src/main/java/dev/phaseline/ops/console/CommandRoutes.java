package dev.phaseline.ops.console;

import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.Control;
import dev.phaseline.ops.tracker.StatusSource;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// Routes for workers, control commands and their audit. A phase and a job are an operator's; what
/// holds for a whole pipeline or a server, and concurrency, is an admin's. Thread-safe.
final class CommandRoutes {
  private static final int PAGE_USUAL = 100;
  private static final String CONTROL = "/api/v1/control/";

  private final Commands commands;
  private final AuditTrail audit;
  private final PipelineShapes shapes;
  private final StatusSource status;

  CommandRoutes(Commands commands, AuditTrail audit, PipelineShapes shapes, StatusSource status) {
    this.status = status;
    this.commands = commands;
    this.audit = audit;
    this.shapes = shapes;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/workers", Role.VIEWER, this::workers),
        Route.get("/api/v1/control", Role.VIEWER, this::settings),
        Route.post(CONTROL + "pause", Role.OPERATOR, call -> run(call, commands::pause)),
        Route.post(CONTROL + "resume", Role.OPERATOR, call -> run(call, commands::resume)),
        Route.post(CONTROL + "drain", Role.OPERATOR, call -> run(call, commands::drain)),
        Route.post(CONTROL + "concurrency", Role.ADMIN, this::concurrency),
        Route.post(CONTROL + "cancel", Role.OPERATOR, this::cancel),
        Route.post(CONTROL + "uncancel", Role.OPERATOR, this::uncancel),
        Route.get("/api/v1/audit", Role.VIEWER, this::commandsGiven).taking("before", "limit"),
        Route.get("/api/v1/notes", Role.VIEWER, this::notes).taking("limit"));
  }

  @FunctionalInterface
  private interface Command {
    Change give(ControlScope scope, Author author);
  }

  private Reply workers(Call call) {
    var workers = commands.workers().stream().map(WorkerJson.Worker::of).toList();
    return Reply.json(new WorkerJson.Workers(workers, commands.unreadableWorkers()));
  }

  private Reply settings(Call call) {
    return Reply.json(
        new CommandJson.Settings(
            commands.settings().entrySet().stream()
                .filter(each -> !(each.getKey() instanceof ControlScope.OfJob))
                .map(each -> CommandJson.Setting.of(each.getKey(), each.getValue()))
                .toList(),
            commands.unreadable().stream().map(CommandJson.Unreadable::of).toList()));
  }

  private Reply run(Call call, Command command) {
    var body = call.body(Set.of("pipeline", "phase", "server", "reason"));
    var scope = scope(body);
    if (!(scope instanceof ControlScope.OfPhase) && !(scope instanceof ControlScope.OfPhaseAt)) {
      call.require(Role.ADMIN, "what is about more than one phase (" + scope.label() + ")");
    }
    return Reply.json(CommandJson.Changed.of(command.give(scope, author(call, body))));
  }

  private ControlScope scope(JsonBody body) {
    var server = body.find("server");
    var pipeline = body.find("pipeline");
    var phase = body.find("phase");
    var isOneServer = server.isPresent() && pipeline.isEmpty() && phase.isEmpty();
    var isPhaseThere = server.isPresent() && pipeline.isPresent() && phase.isPresent();
    var isOfAllServers = server.isEmpty() && pipeline.isPresent();
    if (!isOneServer && !isPhaseThere && !isOfAllServers) {
      throw Problem.bad(
          "bad-scope",
          "the body must name a server, a pipeline, or a phase, perhaps on one server",
          "give 'server', 'pipeline', 'pipeline' and 'phase', or all three");
    }
    try {
      if (pipeline.isEmpty()) return new ControlScope.OfServer(server.orElseThrow());
      var name = shapes.requirePipeline(pipeline.get());
      if (server.isPresent()) {
        var one = new ControlScope.OfPhase(name, shapes.requirePhase(name, phase.orElseThrow()));
        return new ControlScope.OfPhaseAt(server.get(), one);
      }
      return phase.isEmpty()
          ? new ControlScope.OfPipeline(name)
          : new ControlScope.OfPhase(name, shapes.requirePhase(name, phase.get()));
    } catch (IllegalArgumentException invalid) {
      throw Problem.bad("bad-scope", String.valueOf(invalid.getMessage()), "name what there is");
    }
  }

  private Reply concurrency(Call call) {
    var body = call.body(Set.of("pipeline", "phase", "server", "permits", "reason"));
    body.text("pipeline"); // both must be there
    body.text("phase");
    var scope = scope(body);
    var permits = body.whole("permits", -1, 0, ControlSetting.PERMITS_MAX);
    if (permits < 0) {
      throw JsonBody.wrong(
          "permits",
          "is missing",
          "give 1 to " + ControlSetting.PERMITS_MAX + ", or 0 for the phase's own number");
    }
    return Reply.json(
        CommandJson.Changed.of(commands.concurrency(scope, permits, author(call, body))));
  }

  private Reply cancel(Call call) {
    var body = call.body(Set.of("pipeline", "job", "reason", "anyway"));
    var job = job(body);
    if (!body.flag("anyway")) mustHaveWork(job);
    try {
      return Reply.json(
          CommandJson.Changed.of(commands.cancel(job, Control.CANCELLED_KEPT, author(call, body))));
    } catch (IllegalStateException full) {
      throw Problem.conflict(
          "too-many-cancelled", String.valueOf(full.getMessage()), "wait until some are over");
    }
  }

  private Reply uncancel(Call call) {
    var body = call.body(Set.of("pipeline", "job", "reason"));
    return Reply.json(CommandJson.Changed.of(commands.uncancel(job(body), author(call, body))));
  }

  private ControlScope.OfJob job(JsonBody body) {
    var pipeline = shapes.requirePipeline(body.text("pipeline"));
    try {
      var id = body.text("job");
      ItemHeaders.checkJobId(id);
      return new ControlScope.OfJob(pipeline, id);
    } catch (IllegalArgumentException invalid) {
      throw JsonBody.wrong("job", "is no job's id: " + invalid.getMessage(), "give the job's id");
    }
  }

  /// A cancel is remembered for days, and holds for a job that comes under that id later too.
  private void mustHaveWork(ControlScope.OfJob job) {
    var found = status.job(job.job()).filter(one -> one.row().pipeline().equals(job.pipeline()));
    if (found.isEmpty()) {
      throw Problem.missing(
          "no-such-job",
          "pipeline '" + job.pipeline() + "' has no job '" + job.job() + "'",
          "check its id; \"anyway\": true cancels one that is still to come");
    }
    var row = found.get().row();
    if (row.state().isEnded()) {
      throw Problem.conflict(
          "job-has-ended",
          "job '%s' has ended: it is %s".formatted(job.job(), row.state().text()),
          "there is nothing to cancel; \"anyway\": true cancels a later job of that id");
    }
  }

  private static Author author(Call call, JsonBody body) {
    var who = call.principal();
    return new Author(who.name(), "console " + who.where(), body.find("reason").orElse(""));
  }

  private Reply commandsGiven(Call call) {
    var before = OptionalLong.empty();
    var text = call.query().text("before");
    if (!text.isEmpty()) {
      if (!text.matches("[0-9]{1,18}")) {
        throw Problem.bad(
            "bad-cursor", "'" + text + "' is no place in the audit", "begin without `before`");
      }
      before = OptionalLong.of(Long.parseLong(text));
    }
    var page =
        commands.audit(before, call.query().number("limit", PAGE_USUAL, 1, Control.PAGE_MAX));
    return Reply.json(
        new CommandJson.Audit(
            page.lines().stream().map(line -> CommandJson.Given.of(line.entry())).toList(),
            page.unreadable(),
            page.next().isPresent() ? Long.toString(page.next().getAsLong()) : null));
  }

  private Reply notes(Call call) {
    var limit = call.query().number("limit", PAGE_USUAL, 1, 1_000);
    var notes = audit.newest(limit);
    return Reply.json(new NoteJson.Notes(notes.stream().map(NoteJson::of).toList()));
  }
}
