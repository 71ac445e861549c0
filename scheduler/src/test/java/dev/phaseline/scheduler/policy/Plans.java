package dev.phaseline.scheduler.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.ScheduleFormat;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import java.io.IOException;
import java.time.Instant;

/// Definitions of schedules for tests, from JSON without pipeline and phase.
public final class Plans {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Plans() {}

  /// A definition; `'` is `"`.
  public static ScheduleSpec spec(String fields) {
    return spec(fields, "cities");
  }

  private static ScheduleSpec spec(String fields, String pipeline) {
    var text = "{" + fields + ",'pipeline':'" + pipeline + "','phase':'fetch'}";
    try {
      return ScheduleFormat.read(JSON.readTree(text.replace('\'', '"').getBytes(UTF_8)));
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  public static ScheduleRecord made(String fields, Instant at) {
    return ScheduleRecord.made(1, spec(fields), change(at));
  }

  public static ScheduleRecord made(String fields, Instant at, String pipeline) {
    return ScheduleRecord.made(1, spec(fields, pipeline), change(at));
  }

  public static ScheduleRecord.Change change(Instant at) {
    return new ScheduleRecord.Change("op", new Author("ann", "", ""), at);
  }
}
