package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterId;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.dead.Redrive;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Dead letters over HTTP. A payload, edited or not, and the headers that are not ours are told to
/// operators only, after it was noted that they asked. Thread-safe.
final class LetterRoutes {
  private static final String PIPELINE = "/api/v1/dead/{pipeline}";
  private static final String LETTER = PIPELINE + "/letters/{letter}";
  private static final int LIMIT_MAX = 1_000;
  private static final int LIMIT_USUAL = 100;

  private final LetterSource letters;
  private final PipelineShapes shapes;
  private final AuditTrail audit;
  private final Operations operations;
  private final InstantSource clock;

  LetterRoutes(
      LetterSource letters,
      PipelineShapes shapes,
      AuditTrail audit,
      Operations operations,
      InstantSource clock) {
    this.letters = letters;
    this.shapes = shapes;
    this.audit = audit;
    this.operations = operations;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get(PIPELINE + "/letters", Role.VIEWER, this::find).taking("q", "limit"),
        Route.get(PIPELINE + "/groups", Role.VIEWER, this::groups).taking("q"),
        Route.get(LETTER, Role.VIEWER, this::show),
        Route.post(LETTER + "/reveal", Role.OPERATOR, this::reveal),
        Route.post(LETTER + "/edit", Role.OPERATOR, this::edit),
        Route.post(PIPELINE + "/preview", Role.VIEWER, this::preview),
        Route.post(PIPELINE + "/redrive", Role.OPERATOR, this::redrive),
        Route.post(PIPELINE + "/discard", Role.OPERATOR, this::discard),
        Route.post(PIPELINE + "/undo", Role.OPERATOR, this::undo));
  }

  private LetterQuery query(String text) {
    return LetterQuery.parse(text, clock.instant());
  }

  /// A query that must not mean everything by accident.
  private LetterQuery meant(JsonBody body) {
    var query = query(body.find("query").orElse(""));
    var all = body.flag("all");
    if (query.isAll() && !all) {
      throw Problem.bad(
          "no-query",
          "the query is empty, which means every letter",
          "give a query like phase=store or ids like 0-12, or \"all\": true");
    }
    if (!query.isAll() && all) {
      throw Problem.bad(
          "query-and-all", "'all' and a query exclude each other", "leave one of them out");
    }
    return query;
  }

  private Reply find(Call call) {
    var pipeline = shapes.withLetters(call);
    var limit = call.query().number("limit", LIMIT_USUAL, 1, LIMIT_MAX);
    var query = query(call.query().text("q"));
    var found = letters.find(pipeline, query, limit);
    var unknown =
        query.phases().stream().filter(phase -> !shapes.phases(pipeline).contains(phase)).toList();
    return Reply.json(LetterJson.Found.of(found, unknown));
  }

  private Reply groups(Call call) {
    var pipeline = shapes.withLetters(call);
    var groups = letters.groups(pipeline, query(call.query().text("q")));
    return Reply.json(LetterAnswers.Groups.of(groups));
  }

  private Reply show(Call call) {
    var pipeline = shapes.withLetters(call);
    var entry = entry(call, pipeline);
    var letter = entry.letter();
    var lives =
        letter.generation() == 0
            ? List.<LetterEntry>of()
            : letters.lives(pipeline, letter.item()).stream()
                .filter(life -> !life.letter().id().equals(letter.id()))
                .toList();
    return Reply.json(LetterAnswers.Detail.of(entry, lives));
  }

  private LetterEntry entry(Call call, String pipeline) {
    return letters.require(pipeline, id(call));
  }

  private static LetterId id(Call call) {
    var text = call.part("letter");
    return LetterId.parse(text)
        .orElseThrow(
            () ->
                Problem.bad(
                    "bad-letter-id",
                    "'" + text + "' is no letter's id",
                    "an id is PARTITION-OFFSET, like 0-1234"));
  }

  private Reply reveal(Call call) {
    call.body(Set.of());
    var pipeline = shapes.withLetters(call);
    var entry = entry(call, pipeline);
    var letter = entry.letter();
    note(call, "reveal", pipeline + " letter " + letter.id(), "payload of " + letter.item());
    var edit = entry.state().edit();
    return Reply.json(
        new LetterAnswers.Revealed(
            payload(letter.value()),
            edit == null ? null : payload(edit.value()),
            LetterJson.Header.all(letter)));
  }

  private LetterAnswers.Payload payload(byte @Nullable [] value) {
    return LetterAnswers.Payload.of(letters.payloads().show(value));
  }

  private void note(Call call, String action, String target, String detail) {
    var who = call.principal();
    audit.keep(
        new AuditTrail.Note(clock.instant(), who.name(), who.where(), action, target, detail));
  }

  private Reply edit(Call call) {
    var body = call.body(Set.of("value", "schemaId", "raw", "keepLineEnds"));
    var pipeline = shapes.withLetters(call);
    var value =
        body.find("value")
            .orElseThrow(() -> JsonBody.wrong("value", "is missing", "give the payload as text"));
    var entry = entry(call, pipeline);
    var id = entry.letter().id();
    if (body.flag("keepLineEnds")) {
      value = LineEnds.kept(letters.payloads().show(entry.payload()).text(), value);
    }
    var typed = utf8(value);
    var bytes = body.flag("raw") ? typed : encoded(entry, typed, body);
    var changed = !Arrays.equals(bytes, entry.payload());
    if (changed) {
      letters.edit(pipeline, id, bytes, by(call));
      note(call, "edit", pipeline + " letter " + id, bytes.length + " bytes");
    }
    return Reply.json(new LetterAnswers.Edited(id.toString(), bytes.length, changed));
  }

  private static byte[] utf8(String value) {
    try {
      var bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(value));
      return Arrays.copyOfRange(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    } catch (CharacterCodingException halfOfACharacter) {
      throw JsonBody.wrong(
          "value", "has half of a character (a lone surrogate)", "send whole characters");
    }
  }

  private byte[] encoded(LetterEntry entry, byte[] typed, JsonBody body) {
    var schema = body.whole("schemaId", -1, 0, Integer.MAX_VALUE);
    var id = schema < 0 ? OptionalInt.empty() : OptionalInt.of(schema);
    return letters.payloads().encode(entry, typed, id);
  }

  private static final Set<String> REDRIVE =
      Set.of(
          "query",
          "all",
          "to",
          "perSecond",
          "canary",
          "failPercentMax",
          "canaryWaitSeconds",
          "limit");

  private Redrive how(JsonBody body) {
    var wait = body.whole("canaryWaitSeconds", 300, 1, 86_400);
    return new Redrive(
        body.find("to").filter(phase -> !phase.isBlank()),
        body.number("perSecond", 0, 0, 1_000_000),
        body.whole("canary", 0, 0, 1_000_000),
        body.number("failPercentMax", 0, 0, 100),
        Duration.ofSeconds(wait),
        body.whole("limit", Integer.MAX_VALUE, 1, Integer.MAX_VALUE));
  }

  private Reply preview(Call call) {
    var body = call.body(REDRIVE);
    var pipeline = shapes.withLetters(call);
    return Reply.json(LetterJson.Preview.of(letters.preview(pipeline, meant(body), how(body))));
  }

  private Reply redrive(Call call) {
    var body = call.body(REDRIVE);
    var pipeline = shapes.withLetters(call);
    var query = meant(body);
    var how = how(body);
    how.to()
        .filter(phase -> !shapes.phases(pipeline).contains(phase))
        .ifPresent(phase -> shapes.requirePhase(pipeline, phase));
    var by = by(call);
    note(call, "redrive", pipeline, body.find("query").orElse("all"));
    var operation =
        operations.begin(
            "redrive",
            pipeline,
            by,
            progress ->
                LetterJson.Redriven.of(letters.redrive(pipeline, query, how, by, progress)));
    return new Reply.Json(
        202, operation.json(), Map.of("Location", "/api/v1/operations/" + operation.id()));
  }

  private Reply discard(Call call) {
    var body = call.body(Set.of("query", "all", "reason"));
    var pipeline = shapes.withLetters(call);
    var reason = body.text("reason");
    var report = letters.discard(pipeline, meant(body), reason, by(call));
    note(call, "discard", pipeline, report.discarded() + " letters: " + reason);
    return Reply.json(LetterJson.Discarded.of(report));
  }

  private Reply undo(Call call) {
    var body = call.body(Set.of("query", "all"));
    var pipeline = shapes.withLetters(call);
    var report = letters.undo(pipeline, meant(body), by(call));
    note(call, "undo", pipeline, report.reopened() + report.editsUndone() + " letters");
    return Reply.json(LetterJson.Undone.of(report));
  }

  private static String by(Call call) {
    return call.principal().name() + '@' + call.principal().where();
  }

  /// Work that runs on.
  List<Route> operationRoutes() {
    var one = "/api/v1/operations/{operation}";
    return List.of(
        Route.get("/api/v1/operations", Role.VIEWER, this::allOperations),
        Route.get(one, Role.VIEWER, call -> Reply.json(operation(call).json())),
        Route.post(one + "/stop", Role.OPERATOR, this::stop));
  }

  private Reply allOperations(Call call) {
    return Reply.json(
        new OperationJson.All(operations.all().stream().map(Operations.Operation::json).toList()));
  }

  private Reply stop(Call call) {
    call.body(Set.of());
    var operation = operation(call);
    operation.stop();
    note(call, "stop", "operation " + operation.id(), "");
    return Reply.json(operation.json());
  }

  private Operations.Operation operation(Call call) {
    var id = call.part("operation");
    return Optional.of(id)
        .flatMap(operations::find)
        .orElseThrow(
            () ->
                Problem.missing(
                    "no-such-operation",
                    "this console has no operation '" + id + "'",
                    "it remembers the last 200 since it started; what they did is in the letters'"
                        + " states"));
  }
}
