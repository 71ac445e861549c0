package dev.phaseline.scheduler.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.scheduler.policy.ScheduleState.Backfill;
import dev.phaseline.scheduler.policy.ScheduleState.Progress;
import dev.phaseline.scheduler.policy.ScheduleState.Running;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleStatus.LastRun;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// States of schedules as the scheduler's store keeps them: JSON with short names, times in
/// milliseconds. Of the scheduler alone. Thread-safe.
public final class StateFormat {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;

  private StateFormat() {}

  /// The bytes of a state.
  public static byte[] toBytes(ScheduleState state) {
    var progress = state.progress();
    var json =
        JSON.createObjectNode()
            .put("v", VERSION)
            .put("g", state.generation())
            .put("r", state.revision())
            .put("c", state.cursor().toEpochMilli())
            .put("n", progress.runs())
            .put("f", progress.failures())
            .put("fa", progress.failedAt())
            .put("s", progress.startAt().toEpochMilli())
            .put("b", progress.backOffs())
            .put("p", progress.isPaused());
    var running = json.putArray("run");
    for (var one : state.running()) {
      running
          .addArray()
          .add(one.job())
          .add(one.nominal().toEpochMilli())
          .add(one.submitted().toEpochMilli())
          .add(one.cause().name())
          .add(one.backfill())
          .add(one.isCancelled());
    }
    var waiting = json.putArray("w");
    state.waiting().forEach(one -> waiting.add(one.toEpochMilli()));
    var orders = json.putArray("o");
    state.orders().forEach(orders::add);
    var backfills = json.putArray("bf");
    for (var one : state.backfills()) {
      backfills
          .addArray()
          .add(one.id())
          .add(one.cursor().toEpochMilli())
          .add(one.until().toEpochMilli())
          .add(one.atOnce());
    }
    put(json, state.last());
    return json.toString().getBytes(UTF_8);
  }

  private static void put(ObjectNode json, @Nullable LastRun last) {
    if (last == null) return;
    var list =
        json.putArray("l")
            .add(last.nominal().toEpochMilli())
            .add(last.job())
            .add(last.submitted().toEpochMilli());
    if (last.outcome() == null || last.duration() == null) return;
    list.add(last.outcome().name()).add(last.duration().toMillis());
  }

  /// The state of these bytes.
  ///
  /// @throws IllegalStateException when they are not what [#toBytes] makes: the store is broken, or
  ///   of a later version, and to go on would lose runs
  public static ScheduleState read(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (IOException broken) {
      throw new IllegalStateException("the stored state of a schedule is broken", broken);
    }
    var version = json.path("v").asInt();
    if (version != VERSION) {
      throw new IllegalStateException(
          "the stored state of a schedule has format "
              + version
              + ", this program knows 1; use a newer one");
    }
    var running = new ArrayList<Running>();
    for (var one : json.path("run")) {
      running.add(
          new Running(
              one.path(0).asText(),
              time(one.path(1)),
              time(one.path(2)),
              ScheduleRun.Cause.valueOf(one.path(3).asText()),
              one.path(4).asText(),
              one.path(5).asBoolean()));
    }
    var waiting = new ArrayList<Instant>();
    for (var one : json.path("w")) waiting.add(time(one));
    var orders = new ArrayList<String>();
    for (var one : json.path("o")) orders.add(one.asText());
    var backfills = new ArrayList<Backfill>();
    for (var one : json.path("bf")) {
      backfills.add(
          new Backfill(
              one.path(0).asText(), time(one.path(1)), time(one.path(2)), one.path(3).asInt()));
    }
    return new ScheduleState(
        json.path("g").asLong(),
        json.path("r").asLong(),
        time(json.path("c")),
        new Progress(
            json.path("n").asLong(),
            json.path("f").asInt(),
            json.path("fa").asLong(),
            time(json.path("s")),
            json.path("b").asInt(),
            json.path("p").asBoolean()),
        running,
        waiting,
        orders,
        backfills,
        json.has("l") ? last(json.path("l")) : null);
  }

  private static LastRun last(JsonNode list) {
    var isEnded = list.size() > 3;
    return new LastRun(
        time(list.path(0)),
        list.path(1).asText(),
        time(list.path(2)),
        isEnded ? ScheduleRun.Outcome.valueOf(list.path(3).asText()) : null,
        isEnded ? Duration.ofMillis(list.path(4).asLong()) : null);
  }

  private static Instant time(JsonNode millis) {
    return Instant.ofEpochMilli(millis.asLong());
  }
}
