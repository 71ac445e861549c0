package dev.phaseline.schemas.schedule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/// Request for runs outside of a schedule's own times. Immutable.
public sealed interface ScheduleOrder {
  /// The order's id, by which a repeated one is known: 1 to 36 letters, digits and '-'.
  String id();

  /// The time of the order, by the sender's clock.
  Instant at();

  /// One run now, whatever runs.
  ///
  /// @param id as [#id]
  /// @param at as [#at]
  record Trigger(String id, Instant at) implements ScheduleOrder {
    public Trigger {
      ScheduleIds.checkOrder(id);
    }
  }

  /// A run for each instant of a past range, in order, whether it ran before or not. Jitter,
  /// overlap, catch-up and the schedule's bounds do not hold for it, exclusions do.
  ///
  /// @param id as [#id]
  /// @param at as [#at]
  /// @param from the first instant that counts
  /// @param until the first instant that does not; not after `at`
  /// @param atOnce how many of its jobs run at once
  record Backfill(String id, Instant at, Instant from, Instant until, int atOnce)
      implements ScheduleOrder {
    public Backfill {
      ScheduleIds.checkOrder(id);
      ScheduleJson.bounded("atOnce", atOnce, 1, Overlap.MAX);
      if (!from.isBefore(until)) {
        throw new InvalidScheduleException(
            "until", "a backfill's until is " + until + ", not after its from, " + from);
      }
      if (until.isAfter(at)) {
        throw new InvalidScheduleException(
            "until",
            "a backfill's until is " + until + ", in the future; what is ahead runs by itself");
      }
    }
  }

  /// As JSON.
  static ObjectNode toJson(ScheduleOrder order) {
    var json = ScheduleJson.object().put("id", order.id());
    switch (order) {
      case Trigger trigger -> json.put("verb", "trigger").put("at", trigger.at().toString());
      case Backfill fill ->
          json.put("verb", "backfill")
              .put("at", fill.at().toString())
              .put("from", fill.from().toString())
              .put("until", fill.until().toString())
              .put("atOnce", fill.atOnce());
    }
    return json;
  }

  /// Reads what [#toJson] writes.
  static ScheduleOrder read(ScheduleJson in) {
    var id = in.textNeeded("id");
    var at = in.timeNeeded("at");
    var verb = in.textNeeded("verb");
    var order =
        switch (verb) {
          case "trigger" -> new Trigger(id, at);
          case "backfill" ->
              new Backfill(
                  id,
                  at,
                  in.timeNeeded("from"),
                  in.timeNeeded("until"),
                  (int) in.number("atOnce", 1, 1, Overlap.MAX));
          default ->
              throw new InvalidScheduleException(
                  "verb", "an order's verb is neither trigger nor backfill");
        };
    in.end();
    return order;
  }
}
