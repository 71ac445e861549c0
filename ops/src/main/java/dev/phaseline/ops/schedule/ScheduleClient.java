package dev.phaseline.ops.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.cluster.CommandLog;
import dev.phaseline.ops.cluster.GroupMembers;
import dev.phaseline.ops.cluster.TopicTail;
import dev.phaseline.schedules.NextInstants;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleIds;
import dev.phaseline.schemas.schedule.ScheduleOrder;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Client for schedules: puts, pauses, resumes, triggers, backfills and removes them, and reads
/// their state and history.
///
/// A change is a record of `<ns>.schedules`, written in a transaction under the transactional id
/// `<ns>.schedules`: two changes at the same time are both done, one after the other. A change that
/// is given twice does nothing the second time, but for triggers and backfills, which are orders.
/// The scheduler follows within a second.
///
/// Whether a pipeline exists, and whether its codec takes the payload, is not known here: the
/// command line and the console check that before.
///
/// Thread-safe; changes of one object are made one after the other.
public final class ScheduleClient implements AutoCloseable {
  private static final Duration TRY_FOR = Duration.ofSeconds(30);

  private final TopicNames names;
  private final InstantSource clock;
  private final Admin admin;
  private final CommandLog log;
  private final TopicTail statusTail;
  private final RunHistory history;
  private final TreeMap<String, ScheduleRecord> records = new TreeMap<>();
  private final TreeMap<String, String> unreadable = new TreeMap<>();
  private final Map<String, ScheduleStatus> statuses = new LinkedHashMap<>();

  private ScheduleClient(Map<String, Object> kafka, TopicNames names, InstantSource clock) {
    this.names = names;
    this.clock = clock;
    this.admin = Admin.create(kafka);
    this.log = new CommandLog(kafka, names.schedules(), List.of(names.schedules()), TRY_FOR);
    this.statusTail = new TopicTail(kafka, names.scheduleStatus());
    this.history = new RunHistory(kafka, names.scheduleRuns());
  }

  /// Opens it; the topics are read when something is asked for.
  ///
  /// @param kafka client properties
  public static ScheduleClient open(Map<String, ?> kafka, TopicNames names) {
    return new ScheduleClient(Map.copyOf(kafka), names, InstantSource.system());
  }

  /// All schedules, by id.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  public synchronized List<ScheduleView> list() {
    refresh();
    var all = new ArrayList<ScheduleView>();
    records.forEach(
        (id, record) -> {
          if (!record.isRemoved()) all.add(new ScheduleView(id, record, statuses.get(id)));
        });
    return all;
  }

  /// Schedules whose newest record can't be read, with the reason.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  public synchronized Map<String, String> unreadable() {
    refresh();
    return new TreeMap<>(unreadable);
  }

  /// The schedule of that id.
  ///
  /// @throws UnknownScheduleException when there is none
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  public synchronized ScheduleView require(String id) {
    refresh();
    return new ScheduleView(id, known(id), statuses.get(id));
  }

  private ScheduleRecord known(String id) {
    var record = records.get(id);
    if (record != null && !record.isRemoved()) return record;
    var ids = new ArrayList<String>();
    records.forEach(
        (each, one) -> {
          if (!one.isRemoved()) ids.add(each);
        });
    throw new UnknownScheduleException(id, ids);
  }

  /// Whether a scheduler runs: its group has a member.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  public boolean isServed() {
    return GroupMembers.any(admin, names.scheduler());
  }

  /// Decisions about one schedule, the newest first.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  public List<ScheduleRun> history(String id, int limit) {
    return history.of(id, limit);
  }

  /// The latest decisions about each schedule, the newest first.
  ///
  /// @param each how many for a schedule at most
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer
  public Map<String, List<ScheduleRun>> latest(int each) {
    return history.latest(each);
  }

  /// Makes a schedule, or gives it another definition.
  ///
  /// @throws InvalidScheduleException when the definition can't run
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not take it
  public ScheduleChange put(String id, ScheduleSpec spec, Author author) {
    var one = new LinkedHashMap<String, ScheduleSpec>();
    one.put(id, spec);
    return putAll(one, author).getFirst();
  }

  /// Puts many, all or none.
  ///
  /// @throws InvalidScheduleException when one of them can't run
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not take it
  public synchronized List<ScheduleChange> putAll(
      SequencedMap<String, ScheduleSpec> specs, Author author) {
    specs.forEach(this::check);
    return write(
        author,
        by -> {
          var changes = new ArrayList<ScheduleChange>();
          specs.forEach((id, spec) -> changes.add(put(id, spec, by)));
          return changes;
        });
  }

  /// Checks a definition.
  ///
  /// @throws InvalidScheduleException when it can't run
  public void check(String id, ScheduleSpec spec) {
    ScheduleIds.check(id);
    NextInstants.check(spec, clock.instant());
  }

  private ScheduleChange put(String id, ScheduleSpec spec, ScheduleRecord.Change by) {
    var before = records.get(id);
    if (before == null) return new ScheduleChange(id, null, ScheduleRecord.made(1, spec, by), null);
    if (before.isRemoved()) {
      var made = ScheduleRecord.made(before.generation() + 1, spec, by);
      return new ScheduleChange(id, before, made, null);
    }
    var isSame = spec.equals(before.spec()) && !unreadable.containsKey(id);
    return new ScheduleChange(id, before, isSame ? before : before.withSpec(spec, by), null);
  }

  /// Pauses a schedule: no instant of it runs until it is resumed.
  ///
  /// @throws UnknownScheduleException when there is none
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not take it
  public synchronized ScheduleChange pause(String id, Author author) {
    return one(id, author, (before, by) -> before.run().paused() ? before : before.pausedBy(by));
  }

  /// Resumes a schedule that an operator or itself paused.
  ///
  /// @throws UnknownScheduleException when there is none
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not take it
  public synchronized ScheduleChange resume(String id, Author author) {
    return one(
        id,
        author,
        (before, by) -> {
          var isHeld = new ScheduleView(id, before, statuses.get(id)).isHeld();
          return isHeld ? before.resumedBy(by) : before;
        });
  }

  /// Removes a schedule; its running jobs go on.
  ///
  /// @throws UnknownScheduleException when there is none
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not take it
  public synchronized ScheduleChange remove(String id, Author author) {
    return one(id, author, ScheduleRecord::removedBy);
  }

  /// Orders one run now, whatever runs.
  ///
  /// @return with the job's id
  /// @throws UnknownScheduleException when there is none
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not take it
  public synchronized ScheduleChange trigger(String id, Author author) {
    var order = orderId();
    var done =
        one(id, author, (before, by) -> before.with(new ScheduleOrder.Trigger(order, by.at()), by));
    var job = ScheduleIds.jobOf(id, done.after().generation(), order);
    return new ScheduleChange(id, done.before(), done.after(), job);
  }

  /// Orders a run for each instant of a past range.
  ///
  /// @param until the first instant that does not count
  /// @param atOnce how many of its jobs run at once
  /// @throws InvalidScheduleException when the range is empty or not past, or the schedule is
  ///   continuous
  /// @throws UnknownScheduleException when there is none
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not take it
  public synchronized ScheduleChange backfill(
      String id, Instant from, Instant until, int atOnce, Author author) {
    var order = orderId();
    return one(
        id,
        author,
        (before, by) ->
            before.with(new ScheduleOrder.Backfill(order, by.at(), from, until, atOnce), by));
  }

  private static String orderId() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /// Makes the next record of what is there.
  private interface Step {
    ScheduleRecord next(ScheduleRecord before, ScheduleRecord.Change by);
  }

  private ScheduleChange one(String id, Author author, Step step) {
    return write(
            author,
            by -> {
              var before = known(id);
              return List.of(new ScheduleChange(id, before, step.next(before, by), null));
            })
        .getFirst();
  }

  private List<ScheduleChange> write(
      Author author, Function<ScheduleRecord.Change, List<ScheduleChange>> decision) {
    refresh();
    var operation = UUID.randomUUID().toString();
    var decided = new ArrayList<ScheduleChange>();
    return log.write(
        again -> {
          refresh(); // no other can write from here on without fencing us
          if (again && isWritten(decided, operation)) {
            return new CommandLog.Entry<>(List.of(), List.copyOf(decided));
          }
          var at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
          var changes = decision.apply(new ScheduleRecord.Change(operation, author, at));
          decided.clear();
          decided.addAll(changes);
          return new CommandLog.Entry<>(
              changes.stream().filter(ScheduleChange::changed).map(this::record).toList(), changes);
        });
  }

  /// Whether an attempt whose fate was not known has been written after all.
  private boolean isWritten(List<ScheduleChange> decided, String operation) {
    return decided.stream()
        .filter(ScheduleChange::changed)
        .anyMatch(
            change -> {
              var now = records.get(change.id());
              return now != null && now.change().operation().equals(operation);
            });
  }

  private ProducerRecord<byte[], byte[]> record(ScheduleChange change) {
    return new ProducerRecord<>(
        names.schedules(), change.id().getBytes(UTF_8), change.after().toBytes());
  }

  private void refresh() {
    log.tail(names.schedules()).readOn(record -> take(record.key(), record.value()));
    statusTail.readOn(
        record -> {
          if (record.key() == null) return;
          var id = new String(record.key(), UTF_8);
          var read = status(record.value());
          if (read.isPresent()) statuses.put(id, read.get());
          else if (record.value() == null) statuses.remove(id);
        });
  }

  private void take(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null) return;
    var id = new String(key, UTF_8);
    if (value == null) {
      records.remove(id);
      unreadable.remove(id);
      return;
    }
    try {
      records.put(id, ScheduleRecord.read(value));
      unreadable.remove(id);
    } catch (InvalidScheduleException newer) {
      unreadable.put(id, String.valueOf(newer.getMessage()));
    }
  }

  /// A state that can't be read is a newer scheduler's: the one before it stays.
  private static Optional<ScheduleStatus> status(byte @Nullable [] value) {
    if (value == null) return Optional.empty();
    try {
      return Optional.of(ScheduleStatus.read(value));
    } catch (InvalidScheduleException newer) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    log.close();
    statusTail.close();
    history.close();
    admin.close(Duration.ZERO);
  }
}
