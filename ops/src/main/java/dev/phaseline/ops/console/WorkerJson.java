package dev.phaseline.ops.console;

import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.Heartbeat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Workers as JSON.
final class WorkerJson {
  private WorkerJson() {}

  static Map<String, Object> worker(WorkerView view) {
    var beat = view.heartbeat();
    var out = new LinkedHashMap<String, Object>();
    out.put("server", beat.server());
    out.put("liveness", view.liveness().name().toLowerCase(Locale.ROOT));
    out.put("heardMsAgo", view.age().toMillis());
    out.put("version", beat.version());
    out.put("host", beat.host());
    out.put("pid", beat.pid());
    out.put("started", beat.started().toString());
    out.put("trouble", beat.trouble());
    var error = beat.lastError();
    if (error != null) {
      out.put("lastError", Map.of("what", error.what(), "at", error.at().toString()));
    }
    out.put("phases", beat.phases().stream().map(WorkerJson::phase).toList());
    return out;
  }

  private static Map<String, Object> phase(Heartbeat.PhaseBeat beat) {
    var out = new LinkedHashMap<String, Object>();
    out.put("pipeline", beat.pipeline());
    out.put("phase", beat.phase());
    out.put("run", beat.run().text());
    out.put("lanes", beat.lanes());
    out.put("permits", beat.permits());
    out.put("permitsAuto", beat.permitsAuto());
    out.put("partitions", beat.partitions());
    out.put("running", beat.running());
    out.put("held", beat.held());
    out.put("backingOff", beat.backingOff());
    out.put("hung", beat.hung());
    out.put("lag", beat.lag());
    out.put("completed", beat.completed());
    out.put("dead", beat.dead());
    out.put("retries", beat.retries());
    out.put("cancelled", beat.cancelled());
    out.put("condition", beat.condition());
    out.put("oldestMs", beat.oldestMs());
    out.put("inFlight", beat.inFlight().stream().map(WorkerJson::inFlight).toList());
    return out;
  }

  private static Map<String, Object> inFlight(Heartbeat.InFlight one) {
    return Map.of(
        "job", one.job(), "path", one.path(), "attempt", one.attempt(), "ageMs", one.ageMs());
  }
}
