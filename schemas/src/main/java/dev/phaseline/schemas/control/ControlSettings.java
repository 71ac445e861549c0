package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// All live settings: the control topic, folded. Whoever has read the same records has the same
/// settings, however often and in whatever portions. A record that can't be read concerns its key
/// alone, and the next one of that key mends it. Not thread-safe.
public final class ControlSettings {
  /// More unreadable keys than that are not remembered: a program that writes garbage may go on.
  private static final int UNREADABLE_MAX = 1_000;

  private final Map<ControlScope, ControlSetting> byScope = new HashMap<>();
  private final Map<ByteBuffer, UnreadableSetting> unreadable = new HashMap<>();

  /// Takes a record in.
  ///
  /// @param offset of the record
  /// @return what is wrong with it; empty when it could be read. Then nothing else has changed
  public Optional<UnreadableSetting> take(
      byte @Nullable [] key, byte @Nullable [] value, long offset) {
    if (key == null) {
      return Optional.of(new UnreadableSetting(new byte[0], offset, "the record has no key"));
    }
    if (value == null) unreadable.remove(ByteBuffer.wrap(key));
    try {
      var scope = ControlScope.read(key);
      if (value == null) byScope.remove(scope);
      else byScope.put(scope, ControlSetting.read(value));
      unreadable.remove(ByteBuffer.wrap(key));
      return Optional.empty();
    } catch (UnreadableControlException wrong) {
      var one = new UnreadableSetting(key, offset, String.valueOf(wrong.getMessage()));
      if (value != null) remember(one);
      return Optional.of(one);
    }
  }

  private void remember(UnreadableSetting one) {
    var key = ByteBuffer.wrap(one.key());
    if (unreadable.size() < UNREADABLE_MAX || unreadable.containsKey(key)) unreadable.put(key, one);
  }

  /// The keys whose newest record can't be read, the oldest first.
  public List<UnreadableSetting> unreadable() {
    return unreadable.values().stream()
        .sorted(Comparator.comparingLong(UnreadableSetting::offset))
        .toList();
  }

  /// The reason why the newest record of a scope can't be read; empty when it can.
  public Optional<UnreadableSetting> unreadable(ControlScope scope) {
    return Optional.ofNullable(unreadable.get(ByteBuffer.wrap(scope.key().getBytes(UTF_8))));
  }

  /// As before the first record.
  public void clear() {
    byScope.clear();
    unreadable.clear();
  }

  /// The setting of a scope itself; [ControlSetting#NONE] when nothing was said.
  public ControlSetting of(ControlScope scope) {
    return byScope.getOrDefault(scope, ControlSetting.NONE);
  }

  /// All that was said, in no order; read it before the next change.
  public Map<ControlScope, ControlSetting> all() {
    return Map.copyOf(byScope);
  }

  /// Whether a phase works on a server, the settings of the pipeline, of the phase, of the server
  /// and of the phase there considered.
  public RunState run(String pipeline, String phase, String server) {
    return deciding(pipeline, phase, server).run();
  }

  /// The one of these four settings that lets the least run.
  public ControlSetting deciding(String pipeline, String phase, String server) {
    return stricter(
        stricter(
            of(new ControlScope.OfServer(server)),
            of(new ControlScope.OfPhaseAt(server, new ControlScope.OfPhase(pipeline, phase)))),
        stricter(
            of(new ControlScope.OfPhase(pipeline, phase)),
            of(new ControlScope.OfPipeline(pipeline))));
  }

  private static ControlSetting stricter(ControlSetting one, ControlSetting other) {
    return one.run().compareTo(other.run()) > 0 ? one : other;
  }

  /// Number of handlers of a phase that run at once in one worker, if it is set.
  public OptionalInt concurrency(String pipeline, String phase) {
    return of(new ControlScope.OfPhase(pipeline, phase)).concurrency();
  }

  /// The number of handlers of a phase that run at once on this server, if set for it or for all
  /// servers.
  public OptionalInt concurrency(String pipeline, String phase, String server) {
    var there =
        of(new ControlScope.OfPhaseAt(server, new ControlScope.OfPhase(pipeline, phase)))
            .concurrency();
    return there.isPresent() ? there : concurrency(pipeline, phase);
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
