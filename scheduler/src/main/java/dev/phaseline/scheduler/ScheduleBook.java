package dev.phaseline.scheduler;

import dev.phaseline.scheduler.policy.SchedulePlan;
import dev.phaseline.scheduler.policy.ScheduleRules;
import dev.phaseline.scheduler.policy.ScheduleState;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Schedules of one partition: those on disk, and in memory when each is due, which have running
/// jobs, which have trouble, and the definitions that were used last, ready to be run. Owned by the
/// thread of its task.
final class ScheduleBook {
  /// Definitions kept ready; more are read from disk again.
  private static final int PLANS_MAX = 5_000;

  private final ScheduleStore store;
  private final DueSchedules due = new DueSchedules();
  private final Set<String> withJobs = new HashSet<>();
  private final Map<String, Trouble> troubles = new HashMap<>();
  private final Map<String, SchedulePlan> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SchedulePlan> eldest) {
          return size() > PLANS_MAX;
        }
      };
  private long size;

  /// Trouble of a schedule.
  ///
  /// @param kind the kind
  /// @param text in words, with the remedy
  record Trouble(Kind kind, String text) {
    /// Kind of trouble. The order is the one on disk.
    enum Kind {
      /// The definition can't be used.
      INVALID,
      /// The topic of its jobs is not there, or does not take them.
      TARGET,
      /// No tracker tells the ends of its jobs.
      TRACKER
    }

    private String stored() {
      return kind.name() + ' ' + text;
    }

    private static Trouble of(String stored) {
      var space = stored.indexOf(' ');
      return new Trouble(Kind.valueOf(stored.substring(0, space)), stored.substring(space + 1));
    }
  }

  ScheduleBook(ScheduleStore store) {
    this.store = store;
    store.forEachTrouble((id, text) -> troubles.put(id, Trouble.of(text)));
    store.forEachState(
        (id, state) -> {
          size++;
          if (!state.running().isEmpty()) withJobs.add(id);
          // When it is due is found out at the first look, and not for all of them before it.
          due.put(id, Instant.EPOCH);
        });
  }

  @Nullable ScheduleState state(String id) {
    return store.state(id);
  }

  /// The definition, ready to be run; null: there is none that can be used.
  @Nullable SchedulePlan plan(String id) {
    var known = plans.get(id);
    if (known != null) return known;
    var bytes = store.record(id);
    if (bytes == null) return null;
    try {
      var record = ScheduleRecord.read(bytes);
      if (record.isRemoved()) return null;
      var plan = SchedulePlan.of(id, record);
      plans.put(id, plan);
      return plan;
    } catch (InvalidScheduleException unusable) {
      return null; // its trouble says so
    }
  }

  void define(String id, byte[] record, SchedulePlan plan) {
    store.putRecord(id, record);
    plans.put(id, plan);
  }

  /// Keeps a definition that can't be used, and does not run the schedule.
  void defineUnusable(String id, byte[] record) {
    store.putRecord(id, record);
    plans.remove(id);
    due.remove(id);
    withJobs.remove(id);
  }

  void put(SchedulePlan plan, ScheduleState state, boolean isNew) {
    var id = plan.id();
    if (isNew) size++;
    store.putState(id, state);
    if (state.running().isEmpty()) withJobs.remove(id);
    else withJobs.add(id);
    due(id, ScheduleRules.due(plan, state));
  }

  void due(String id, Instant time) {
    if (time.equals(ScheduleRules.NEVER)) due.remove(id);
    else due.put(id, time);
  }

  void remove(String id, boolean isKnown) {
    if (isKnown) size--;
    store.remove(id);
    plans.remove(id);
    due.remove(id);
    withJobs.remove(id);
    troubles.remove(id);
  }

  @Nullable String takeDue(Instant now) {
    return due.takeDue(now);
  }

  /// Time at which the next one is due; `Long.MAX_VALUE`: none is.
  long nextMs() {
    var first = due.first();
    return first == null ? Long.MAX_VALUE : first.toEpochMilli();
  }

  Set<String> withJobs() {
    return Set.copyOf(withJobs);
  }

  boolean hasJobs() {
    return !withJobs.isEmpty();
  }

  @Nullable Trouble trouble(String id) {
    return troubles.get(id);
  }

  boolean hasTroubleOfTarget(String id) {
    var trouble = troubles.get(id);
    return trouble != null && trouble.kind() == Trouble.Kind.TARGET;
  }

  Set<String> withTrouble(Trouble.Kind kind) {
    var ids = new HashSet<String>();
    troubles.forEach(
        (id, trouble) -> {
          if (trouble.kind() == kind) ids.add(id);
        });
    return ids;
  }

  /// Keeps a trouble, or that there is none.
  ///
  /// @return whether that is another trouble than before
  boolean putTrouble(String id, @Nullable Trouble trouble) {
    var before = trouble == null ? troubles.remove(id) : troubles.put(id, trouble);
    if (Objects.equals(before, trouble)) return false;
    store.putTrouble(id, trouble == null ? null : trouble.stored());
    return true;
  }

  boolean hasTroubles() {
    return !troubles.isEmpty();
  }

  ScheduleCounts.Sizes sizes() {
    var endless =
        troubles.values().stream().filter(one -> one.kind() == Trouble.Kind.TRACKER).count();
    return new ScheduleCounts.Sizes(size, troubles.size(), endless);
  }
}
