package dev.phaseline.cli.control;

import dev.phaseline.ops.control.AuditLine;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Settings, the audit and workers as JSON for scripts: the names of members are part of the
/// commands' interface.
final class ControlJson {
  private ControlJson() {}

  static Map<String, Object> setting(ControlSetting setting) {
    var out = new LinkedHashMap<String, Object>();
    out.put("run", setting.run().text());
    setting.concurrency().ifPresent(permits -> out.put("concurrency", permits));
    setting.cancelled().ifPresent(until -> out.put("cancelledUntil", until.toString()));
    out.put("revision", setting.revision());
    if (setting.revision() == 0) return out;
    out.put("by", setting.author().by());
    out.put("from", setting.author().from());
    if (!setting.author().reason().isEmpty()) out.put("reason", setting.author().reason());
    out.put("at", setting.at().toString());
    return out;
  }

  static Map<String, Object> unreadable(UnreadableSetting one) {
    var out = new LinkedHashMap<String, Object>();
    out.put("key", one.label());
    out.put("offset", one.offset());
    out.put("why", one.why());
    return out;
  }

  static Map<String, Object> audit(AuditLine line) {
    var entry = line.entry();
    var out = new LinkedHashMap<String, Object>();
    out.put("place", line.place());
    out.put("at", entry.at().toString());
    out.put("verb", entry.verb().text());
    out.put("scope", entry.scope().key());
    out.put("changed", entry.changed());
    out.put("by", entry.author().by());
    out.put("from", entry.author().from());
    out.put("reason", entry.author().reason());
    out.put("operation", entry.operation());
    out.put("before", setting(entry.before()));
    out.put("after", setting(entry.after()));
    return out;
  }

  static Map<String, Object> worker(WorkerView worker) {
    var said = worker.heartbeat();
    var out = new LinkedHashMap<String, Object>();
    out.put("server", said.server());
    out.put("state", worker.liveness().name().toLowerCase(Locale.ROOT));
    out.put("ageMs", worker.age().toMillis());
    out.put("version", said.version());
    out.put("host", said.host());
    out.put("pid", said.pid());
    out.put("started", said.started().toString());
    if (!said.trouble().isEmpty()) out.put("trouble", said.trouble());
    var error = said.lastError();
    if (error != null) {
      out.put("lastError", Map.of("what", error.what(), "at", error.at().toString()));
    }
    var phases = new ArrayList<Map<String, Object>>();
    for (var beat : said.phases()) phases.add(phase(beat));
    out.put("phases", phases);
    return out;
  }

  private static Map<String, Object> phase(PhaseBeat beat) {
    var out = new LinkedHashMap<String, Object>();
    out.put("phase", beat.pipeline() + '.' + beat.phase());
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
    if (!beat.condition().isEmpty()) out.put("condition", beat.condition());
    var inFlight = new ArrayList<Map<String, Object>>();
    for (var item : beat.inFlight()) {
      var one = new LinkedHashMap<String, Object>();
      one.put("job", item.job());
      one.put("path", item.path());
      one.put("attempt", item.attempt());
      one.put("ageMs", item.ageMs());
      inFlight.add(one);
    }
    out.put("inFlight", inFlight);
    return out;
  }
}
