package dev.phaseline.schemas.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.NearNames;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;

/// Definitions of schedules as JSON, and back; reading and writing are each other's inverse. The
/// fields are those of [ScheduleSpec]'s doc. Thread-safe.
public final class ScheduleFormat {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final Duration BACK_OFF = Duration.ofSeconds(1);
  private static final Duration BACK_OFF_MAX = Duration.ofMinutes(5);

  private ScheduleFormat() {}

  /// Reads a definition.
  ///
  /// @throws InvalidScheduleException naming the field, its value and what it should be
  public static ScheduleSpec read(JsonNode json) {
    var in = ScheduleJson.of("the schedule", json);
    var timing = timing(in);
    var spec =
        new ScheduleSpec(
            timing,
            new ScheduleWindow(
                in.time("from"), in.time("until"), in.number("runsMax", 0, 0, 1L << 53)),
            overlap(in),
            new CatchUp(
                in.word("catchUp", CatchUp.DEFAULT.kind()),
                in.spanOr("catchUpWindow", CatchUp.DEFAULT.window())),
            new ScheduleSpec.Care(
                in.spanOr("jitter", Duration.ZERO),
                (int) in.number("pauseAfterFailures", 0, 0, 1_000_000),
                in.textOr("note", "")),
            job(in));
    in.end();
    return spec;
  }

  private static Timing timing(ScheduleJson in) {
    var kinds = new ArrayList<String>();
    if (in.has("cron")) kinds.add("cron");
    if (in.has("every")) kinds.add("every");
    if (in.flag("continuous")) kinds.add("continuous");
    if (kinds.size() != 1) {
      throw new InvalidScheduleException(
          "cron",
          "a schedule has one of cron, every and continuous, this one has "
              + (kinds.isEmpty() ? "none" : String.join(" and ", kinds)));
    }
    return switch (kinds.getFirst()) {
      case "cron" -> new Timing.Cron(in.texts("cron"), calendar(in));
      case "every" ->
          new Timing.Interval(
              in.spanOr("every", Duration.ZERO), in.spanOr("offset", Duration.ZERO), calendar(in));
      default ->
          new Timing.Continuous(
              in.spanOr("pause", Duration.ZERO),
              in.spanOr("backOff", BACK_OFF),
              in.spanOr("backOffMax", BACK_OFF_MAX),
              (int) in.number("idleItems", 0, 0, 1_000_000));
    };
  }

  private static Timing.Calendar calendar(ScheduleJson in) {
    return new Timing.Calendar(zone(in.textOr("zone", "UTC")), in.texts("exclude"));
  }

  /// A time zone by its name.
  ///
  /// @throws InvalidScheduleException when there is none of this name
  public static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw new InvalidScheduleException(
          "zone",
          "zone '"
              + Clipped.of(name)
              + "' is not known; "
              + (NearNames.of(name, ZoneId.getAvailableZoneIds()).isEmpty()
                  ? "use a name like Europe/Berlin or UTC"
                  : NearNames.remedy(name, ZoneId.getAvailableZoneIds())),
          unknown);
    }
  }

  private static Overlap overlap(ScheduleJson in) {
    var kind = in.word("overlap", Overlap.Kind.SKIP);
    var otherwise =
        switch (kind) {
          case SKIP, BUFFER_ONE, CANCEL, TERMINATE -> 1;
          case BUFFER_ALL -> 100;
          case ALLOW -> Overlap.MAX;
        };
    return new Overlap(kind, (int) in.number("overlapMax", otherwise, 0, Integer.MAX_VALUE));
  }

  private static JobTemplate job(ScheduleJson in) {
    var text = in.text("payload");
    var base64 = in.text("payloadBase64");
    if (text != null && base64 != null) {
      throw new InvalidScheduleException(
          "payload", "payload and payloadBase64 are both there; give one");
    }
    return new JobTemplate(
        in.textNeeded("pipeline"),
        in.textNeeded("phase"),
        base64 == null
            ? new JobTemplate.Payload.Text(text == null ? "" : text)
            : new JobTemplate.Payload.Bytes(base64),
        in.text("key"),
        new JobTemplate.JobOptions(
            in.map("tags"),
            (int) in.number("priority", ItemHeaders.PRIORITY_DEFAULT, 0, 9),
            in.span("timeout")));
  }

  /// A definition as JSON.
  public static ObjectNode toJson(ScheduleSpec spec) {
    var json = ScheduleJson.object();
    put(json, spec.timing());
    put(json, spec.window());
    if (!spec.overlap().equals(Overlap.DEFAULT)) {
      json.put("overlap", spec.overlap().kind().text());
      if (spec.overlap().max() != 1) json.put("overlapMax", spec.overlap().max());
      else if (spec.overlap().kind() == Overlap.Kind.ALLOW
          || spec.overlap().kind() == Overlap.Kind.BUFFER_ALL) json.put("overlapMax", 1);
    }
    if (!spec.catchUp().equals(CatchUp.DEFAULT)) {
      json.put("catchUp", spec.catchUp().kind().text());
      json.put("catchUpWindow", DurationText.of(spec.catchUp().window()));
    }
    var care = spec.care();
    if (!care.jitter().isZero()) json.put("jitter", DurationText.of(care.jitter()));
    if (care.pauseAfterFailures() > 0) json.put("pauseAfterFailures", care.pauseAfterFailures());
    if (!care.note().isEmpty()) json.put("note", care.note());
    put(json, spec.job());
    return json;
  }

  private static void put(ObjectNode json, Timing timing) {
    switch (timing) {
      case Timing.Cron cron -> {
        var lines = json.putArray("cron");
        cron.lines().forEach(lines::add);
        put(json, cron.calendar());
      }
      case Timing.Interval interval -> {
        json.put("every", DurationText.of(interval.every()));
        if (!interval.offset().isZero()) json.put("offset", DurationText.of(interval.offset()));
        put(json, interval.calendar());
      }
      case Timing.Continuous continuous -> {
        json.put("continuous", true);
        if (!continuous.pause().isZero()) json.put("pause", DurationText.of(continuous.pause()));
        if (!continuous.backOff().equals(BACK_OFF)) {
          json.put("backOff", DurationText.of(continuous.backOff()));
        }
        if (!continuous.backOffMax().equals(BACK_OFF_MAX)) {
          json.put("backOffMax", DurationText.of(continuous.backOffMax()));
        }
        if (continuous.idleItems() > 0) json.put("idleItems", continuous.idleItems());
      }
    }
  }

  private static void put(ObjectNode json, Timing.Calendar calendar) {
    if (!calendar.zone().equals(UTC)) json.put("zone", calendar.zone().getId());
    if (calendar.exclude().isEmpty()) return;
    var list = json.putArray("exclude");
    calendar.exclude().forEach(list::add);
  }

  private static void put(ObjectNode json, ScheduleWindow window) {
    if (window.from() != null) json.put("from", window.from().toString());
    if (window.until() != null) json.put("until", window.until().toString());
    if (window.runsMax() > 0) json.put("runsMax", window.runsMax());
  }

  private static void put(ObjectNode json, JobTemplate job) {
    json.put("pipeline", job.pipeline());
    json.put("phase", job.phase());
    switch (job.payload()) {
      case JobTemplate.Payload.Text text -> {
        if (!text.template().isEmpty()) json.put("payload", text.template());
      }
      case JobTemplate.Payload.Bytes bytes -> json.put("payloadBase64", bytes.base64());
    }
    if (job.key() != null) json.put("key", job.key());
    var options = job.options();
    if (!options.tags().isEmpty()) {
      var tags = json.putObject("tags");
      options.tags().forEach(tags::put);
    }
    if (options.priority() != ItemHeaders.PRIORITY_DEFAULT) {
      json.put("priority", options.priority());
    }
    if (options.timeout() != null) json.put("timeout", DurationText.of(options.timeout()));
  }
}
