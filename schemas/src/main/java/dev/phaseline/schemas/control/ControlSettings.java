package dev.phaseline.schemas.control;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// All live settings: the control topic, folded. Whoever has read the same records has the same
/// settings, however often and in whatever portions. Not thread-safe.
public final class ControlSettings {
  private final Map<ControlScope, ControlSetting> byScope = new HashMap<>();

  /// Takes a record in.
  ///
  /// @return the scope
  /// @throws UnreadableControlException when it can't be read; then nothing has changed
  public ControlScope take(byte @Nullable [] key, byte @Nullable [] value) {
    var scope = ControlScope.read(key);
    var setting = ControlSetting.read(value);
    if (value == null) byScope.remove(scope);
    else byScope.put(scope, setting);
    return scope;
  }

  /// As before the first record.
  public void clear() {
    byScope.clear();
  }

  /// The setting of a scope itself; [ControlSetting#NONE] when nothing was said.
  public ControlSetting of(ControlScope scope) {
    return byScope.getOrDefault(scope, ControlSetting.NONE);
  }

  /// All that was said, in no order; read it before the next change.
  public Map<ControlScope, ControlSetting> all() {
    return Map.copyOf(byScope);
  }

  /// Whether a phase works on a server, the pipeline's, the phase's and the server's settings
  /// considered.
  public RunState run(String pipeline, String phase, String server) {
    return deciding(pipeline, phase, server).run();
  }

  /// The one of these three settings that lets the least run.
  public ControlSetting deciding(String pipeline, String phase, String server) {
    return stricter(
        of(new ControlScope.OfServer(server)),
        stricter(
            of(new ControlScope.OfPhase(pipeline, phase)),
            of(new ControlScope.OfPipeline(pipeline))));
  }

  private static ControlSetting stricter(ControlSetting one, ControlSetting other) {
    return one.run().compareTo(other.run()) > 0 ? one : other;
  }

  /// How many handlers of a phase run at once in one worker, if that was said.
  public OptionalInt concurrency(String pipeline, String phase) {
    return of(new ControlScope.OfPhase(pipeline, phase)).concurrency();
  }

  /// The ids of the jobs of a pipeline that are cancelled, and until when that is remembered.
  public Map<String, Instant> cancelled(String pipeline, Instant now) {
    var jobs = new HashMap<String, Instant>();
    byScope.forEach(
        (scope, setting) -> {
          var until = setting.cancelledUntil();
          if (until == null || !until.isAfter(now)) return;
          if (scope instanceof ControlScope.OfJob(var of, var job) && of.equals(pipeline)) {
            jobs.put(job, until);
          }
        });
    return Map.copyOf(jobs);
  }
}
