package dev.phaseline.ops.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.cluster.CommandLog;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.AuditEntry;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.ControlSettings;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.control.UnreadableControlException;
import dev.phaseline.schemas.control.UnreadableSetting;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Live control of workers: a command is a new setting in `<ns>.control`, written with its entry in
/// `<ns>.audit` in one transaction. Workers follow it within a second, and after a restart.
///
/// Every command is idempotent: giving it twice changes nothing the second time, which the audit
/// says too. Two operators at the same time can't undo each other's command unseen: each decides on
/// the setting as the other has left it.
///
/// Thread-safe; commands of one object are given one after the other.
public final class Control implements AutoCloseable {
  /// The time that a cancelled job is remembered when nothing else is said: longer than phases keep
  /// records by default, so that nothing of it can come back. An item that a timer brings later
  /// than that is not known as cancelled any more.
  public static final Duration CANCELLED_KEPT = Duration.ofDays(30);

  /// So many jobs are remembered as cancelled at most: every worker has them all in memory.
  public static final int CANCELLED_MAX = 100_000;

  /// The largest page of the audit.
  public static final int PAGE_MAX = 1_000;

  private static final int FORGOTTEN_AT_ONCE = 1_000;
  private static final Duration TRY_FOR = Duration.ofSeconds(30);
  private static final int LOOKED_BACK = 100;

  private final TopicNames names;
  private final InstantSource clock;
  private final CommandLog log;
  private final ControlAudit audit;
  private final Targets targets;
  private final ControlSettings settings = new ControlSettings();

  private Control(Map<String, ?> kafka, TopicNames names, InstantSource clock, Duration tryFor) {
    this.names = names;
    this.clock = clock;
    this.log =
        new CommandLog(kafka, names.control(), List.of(names.control(), names.audit()), tryFor);
    this.audit = new ControlAudit(log.tail(names.audit()));
    this.targets =
        new Targets(
            Admin.create(Map.<String, Object>copyOf(kafka)), names, WorkersView.open(kafka, names));
  }

  /// Opens it; the topics are read when something is asked for.
  ///
  /// @param kafka client properties
  public static Control open(Map<String, ?> kafka, TopicNames names) {
    return open(kafka, names, TRY_FOR);
  }

  /// As [#open(Map, TopicNames)].
  ///
  /// @param tryFor how long a command is tried, and then how long it may take to be seen
  public static Control open(Map<String, ?> kafka, TopicNames names, Duration tryFor) {
    return new Control(kafka, names, InstantSource.system(), tryFor);
  }

  /// A phase, a pipeline or a server starts nothing more; what runs is finished.
  ///
  /// @throws UnknownTargetException when there is no such thing
  /// @throws ClusterException when the cluster does not answer
  public Change pause(ControlScope scope, Author author) {
    return command(AuditEntry.Verb.PAUSE, runnable(scope), author, to(RunState.PAUSED));
  }

  /// As [#pause], and leaves its groups, so that other servers take over.
  ///
  /// @throws UnknownTargetException when there is no such thing
  /// @throws ClusterException when the cluster does not answer
  public Change drain(ControlScope scope, Author author) {
    return command(AuditEntry.Verb.DRAIN, runnable(scope), author, to(RunState.DRAINED));
  }

  /// Takes back a pause or a drain of the same scope: a phase goes on when neither it nor its
  /// pipeline nor the server is held.
  ///
  /// @throws UnknownTargetException when there is no such thing
  /// @throws ClusterException when the cluster does not answer
  public Change resume(ControlScope scope, Author author) {
    return command(AuditEntry.Verb.RESUME, runnable(scope), author, to(RunState.RUNNING));
  }

  /// So many handlers of a phase run at once in each worker, shared by its lanes, at least one in
  /// each. A number for one server wins over that for all.
  ///
  /// @param phase a phase, on all servers or on one
  /// @param permits 1 to [ControlSetting#PERMITS_MAX], or 0 for what pipeline and server say
  /// @throws UnknownTargetException when there is no such phase
  /// @throws ClusterException when the cluster does not answer
  public Change concurrency(ControlScope phase, int permits, Author author) {
    if (!(phase instanceof ControlScope.OfPhase) && !(phase instanceof ControlScope.OfPhaseAt)) {
      throw new IllegalArgumentException("only a phase has a concurrency: " + phase.label());
    }
    return command(
        AuditEntry.Verb.CONCURRENCY,
        phase,
        author,
        now -> new Wish(now.run(), permits, now.cancelledUntil()));
  }

  /// Ends a job: nothing of it starts any more, its running handlers are told, and each of its
  /// items ends as cancelled in the phase that it is in or comes to. Whether there is such a job is
  /// not asked: it may be one that is still to come.
  ///
  /// @param kept how long this is remembered; longer than anything of the job can be under way
  /// @throws UnknownTargetException when there is no such pipeline
  /// @throws ClusterException when the cluster does not answer, or too many cancelled jobs are
  ///   remembered
  public Change cancel(ControlScope.OfJob job, Duration kept, Author author) {
    if (kept.isNegative() || kept.isZero()) {
      throw new IllegalArgumentException("a cancelled job must be remembered for a while: " + kept);
    }
    return command(
        AuditEntry.Verb.CANCEL,
        job,
        author,
        now -> {
          // said again, it only may be remembered for longer
          if (now.cancelledUntil() != null && now.cancelledUntil().isAfter(clock.instant())) {
            return new Wish(now.run(), now.permits(), now.cancelledUntil());
          }
          if (cancelledCount() >= CANCELLED_MAX) {
            throw new ClusterException(
                "already "
                    + CANCELLED_MAX
                    + " jobs are remembered as cancelled, and every worker has them in memory;"
                    + " wait until some are over, or keep them for a shorter time");
          }
          var until = clock.instant().plus(kept).truncatedTo(ChronoUnit.SECONDS);
          return new Wish(now.run(), now.permits(), until);
        });
  }

  /// Takes back a [#cancel]: a job of that id that is submitted from now on is not cancelled, and
  /// of the one that was, what has not ended yet goes on.
  ///
  /// @throws UnknownTargetException when there is no such pipeline
  /// @throws ClusterException when the cluster does not answer
  public Change uncancel(ControlScope.OfJob job, Author author) {
    return command(
        AuditEntry.Verb.RESUME, job, author, now -> new Wish(now.run(), now.permits(), null));
  }

  /// The setting of a scope now.
  ///
  /// @throws ClusterException when the cluster does not answer
  public synchronized ControlSetting setting(ControlScope scope) {
    refresh();
    return settings.of(scope);
  }

  /// All settings that are not at their default, now.
  ///
  /// @throws ClusterException when the cluster does not answer
  public synchronized Map<ControlScope, ControlSetting> settings() {
    refresh();
    var all = new HashMap<>(settings.all());
    all.values().removeIf(ControlSetting::isDefault);
    return Map.copyOf(all);
  }

  /// Commands that were given, the newest first.
  ///
  /// @param before older than this place; empty: from the newest on
  /// @param limit 1 to [#PAGE_MAX]
  /// @throws ClusterException when the cluster does not answer
  public synchronized AuditPage audit(OptionalLong before, int limit) {
    if (limit < 1 || limit > PAGE_MAX) {
      throw new IllegalArgumentException("limit is not in 1.." + PAGE_MAX + ": " + limit);
    }
    return audit.page(before, limit);
  }

  /// Settings whose newest record can't be read, now: malformed, or of a newer version.
  ///
  /// @throws ClusterException when the cluster does not answer
  public synchronized List<UnreadableSetting> unreadable() {
    refresh();
    return settings.unreadable();
  }

  /// Replaces settings that can't be read by those that hold, so that all can be read again. What a
  /// newer version has written is lost by it.
  ///
  /// @return what was replaced
  /// @throws ClusterException when the cluster does not answer
  public synchronized List<UnreadableSetting> repair(Author author) {
    refresh();
    if (settings.unreadable().isEmpty()) return List.of();
    var operation = UUID.randomUUID().toString();
    return log.write(
        _ -> {
          refresh(); // what an earlier attempt has written after all is read here
          var broken = settings.unreadable();
          var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
          for (var one : broken) records.addAll(repaired(one, author, operation));
          return new CommandLog.Entry<>(records, broken);
        });
  }

  /// Records that repair a key: its current setting, or a tombstone where there is none or the key
  /// names no scope.
  private List<ProducerRecord<byte[], byte[]>> repaired(
      UnreadableSetting broken, Author author, String operation) {
    ControlScope scope;
    try {
      scope = ControlScope.read(broken.key());
    } catch (UnreadableControlException foreign) {
      return List.of(new ProducerRecord<>(names.control(), 0, broken.key(), null));
    }
    var holds = settings.of(scope);
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var entry = new AuditEntry(AuditEntry.Verb.REPAIR, scope, holds, holds, operation, author, now);
    return List.of(
        record(names.control(), scope, holds.isDefault() ? null : holds.toBytes()),
        record(names.audit(), scope, entry.toBytes()));
  }

  /// Content of a requested setting.
  private record Wish(RunState run, int permits, @Nullable Instant until) {}

  private interface Decision extends Function<ControlSetting, Wish> {}

  private static Decision to(RunState run) {
    return now -> new Wish(run, now.permits(), now.cancelledUntil());
  }

  private static ControlScope runnable(ControlScope scope) {
    if (scope instanceof ControlScope.OfJob) {
      throw new IllegalArgumentException(
          "a job can't be paused, drained or resumed, only cancelled: " + scope.label());
    }
    return scope;
  }

  private synchronized Change command(
      AuditEntry.Verb verb, ControlScope scope, Author author, Decision decision) {
    refresh();
    targets.check(scope, settings.all().keySet());
    var operation = UUID.randomUUID().toString();
    return log.write(
        again -> {
          var done = again ? found(operation) : null;
          if (done != null) return new CommandLog.Entry<>(List.of(), done);
          refresh(); // nobody else can write from here on without fencing us
          return decided(verb, scope, author, operation, decision);
        });
  }

  private CommandLog.Entry<Change> decided(
      AuditEntry.Verb verb,
      ControlScope scope,
      Author author,
      String operation,
      Decision decision) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var before = settings.of(scope);
    var broken = settings.unreadable(scope);
    var wish = decision.apply(before);
    var wished =
        new ControlSetting(
            wish.run(),
            wish.permits(),
            wish.until(),
            before.revision() + 1,
            operation,
            author,
            now);
    var changes = !before.saysAs(wished) || broken.isPresent();
    var after = changes ? wished : before;
    var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
    if (changes) records.add(record(names.control(), scope, after.toBytes()));
    var entry = new AuditEntry(verb, scope, before, after, operation, author, now);
    records.add(record(names.audit(), scope, entry.toBytes()));
    records.addAll(forgotten(scope, now));
    return new CommandLog.Entry<>(records, new Change(scope, before, after, operation, broken));
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, ControlScope scope, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, 0, scope.key().getBytes(UTF_8), value);
  }

  /// Cancelled jobs whose time is over: their records may go.
  private List<ProducerRecord<byte[], byte[]>> forgotten(ControlScope but, Instant now) {
    var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
    settings
        .all()
        .forEach(
            (scope, setting) -> {
              var until = setting.cancelledUntil();
              if (until == null || until.isAfter(now) || scope.equals(but)) return;
              if (records.size() < FORGOTTEN_AT_ONCE) {
                records.add(record(names.control(), scope, null));
              }
            });
    return records;
  }

  private long cancelledCount() {
    var now = clock.instant();
    return settings.all().values().stream()
        .filter(setting -> setting.cancelled().filter(until -> until.isAfter(now)).isPresent())
        .count();
  }

  /// A command whose fate was not known: once the next writer is open it is, and the audit tells.
  private @Nullable Change found(String operation) {
    for (var line : audit(OptionalLong.empty(), LOOKED_BACK).lines()) {
      var entry = line.entry();
      if (!entry.operation().equals(operation)) continue;
      return new Change(entry.scope(), entry.before(), entry.after(), operation);
    }
    return null;
  }

  private void refresh() {
    log.tail(names.control())
        .readOn(
            record -> {
              var _ = settings.take(record.key(), record.value(), record.offset());
            });
  }

  @Override
  public synchronized void close() {
    log.close();
    targets.close();
  }
}
