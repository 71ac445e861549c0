package dev.phaseline.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.examples.feeds.FeedsPipeline;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.schedule.ScheduleFormat;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Schedules of three feeds with time compressed: hourly, daily with a long job, and continuous.
/// Their definitions have a first and a last instant, so that an audit knows each instant that must
/// have been decided, with no margin at either end. Pure.
///
/// @param from the first instant of the hourly feed
/// @param hour the time that stands for an hour
/// @param days how many of 24 such hours
record FeedSchedules(Instant from, Duration hour, int days) {
  static final String HOURLY = "shop-hourly";
  static final String DAILY = "archive-daily";
  static final String CONTINUOUS = "news-continuous";

  /// The daily feed runs at six.
  private static final int DAILY_AT = 6;

  private static final int HOURS = 24;

  /// A row of the archive takes half a day, more than the timeout of other feeds' rows when an hour
  /// is a second.
  private static final int ARCHIVE_ROW_HOURS = 12;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// The end: the first instant that no feed runs at.
  Instant until() {
    return from.plus(hour.multipliedBy((long) HOURS * days));
  }

  /// The time of the daily feed's run on that day, from 0.
  Instant daily(int day) {
    return from.plus(hour.multipliedBy((long) HOURS * day + DAILY_AT));
  }

  /// The definitions.
  SequencedMap<String, ScheduleSpec> specs() {
    var all = new LinkedHashMap<String, ScheduleSpec>();
    all.put(HOURLY, spec(every(hour, from).put("overlap", "allow"), FeedsPipeline.NAME, 3, 20));
    var day = hour.multipliedBy(HOURS);
    // After a kill a job takes longer than a day: the next one waits for it, and is not left out.
    var daily = every(day, daily(0)).put("overlap", "buffer-all");
    var archiveMs = (int) hour.multipliedBy(ARCHIVE_ROW_HOURS).toMillis();
    all.put(DAILY, spec(daily, FeedsPipeline.ARCHIVE, 4, archiveMs));
    var continuous = JSON.createObjectNode().put("continuous", true);
    all.put(CONTINUOUS, spec(continuous, FeedsPipeline.NAME, 2, 50));
    return all;
  }

  private static ObjectNode every(Duration interval, Instant one) {
    var offset = Duration.ofMillis(one.toEpochMilli() % interval.toMillis());
    return JSON.createObjectNode()
        .put("every", DurationText.of(interval))
        .put("offset", DurationText.of(offset));
  }

  private ScheduleSpec spec(ObjectNode definition, String pipeline, int rows, int rowMs) {
    definition
        .put("from", from.toString())
        .put("until", until().toString())
        .put("pipeline", pipeline)
        .put("phase", FeedsPipeline.FETCH)
        .put("payload", payload(rows, rowMs));
    return ScheduleFormat.read(definition);
  }

  private static String payload(int rows, int rowMs) {
    var payload = JSON.createObjectNode().put("feed", "${schedule}").put("asOf", "${nominal}");
    try {
      return JSON.writeValueAsString(payload.put("rows", rows).put("rowMs", rowMs));
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("a payload that is no JSON", ours);
    }
  }
}
