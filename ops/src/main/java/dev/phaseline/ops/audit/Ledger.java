package dev.phaseline.ops.audit;

import dev.phaseline.ops.audit.BooksReport.Kind;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.RecordRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The bookkeeping of an audit, without any I/O: records go in, a report comes out.
///
/// The rule: every record of a phase leads to exactly one thing, a step (a record of the same item,
/// in a phase, in `done` or in `dead`) or a whole fan-out; every record but a submitted one names
/// the record that led to it; every item is born once and, in each generation, ends once. Counting
/// successors for each record, rather than appearances for each phase, also holds for items that go
/// back to a phase where they have been.
///
/// For one thread.
final class Ledger {
  /// A table's name that no phase can have.
  static final String DEAD = "dead";

  private static final int REASONS_MAX = 1_000;

  /// A record whose origin is not read yet: an earlier phase's, later in the same phase, or dead.
  private record Waiting(Identity identity, RecordRef place) {}

  private final Predicate<String> jobsWanted;
  private final String letters;
  private final Set<RecordRef> ofGoneLetters = new HashSet<>();
  private final Map<String, Map<Integer, RecordTable>> tables = new LinkedHashMap<>();
  private final Map<String, Map<Integer, Long>> starts = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<RecordRef, String> redrives = new LinkedHashMap<>();
  private final LongSet born = new LongSet();
  private final LongSet ended = new LongSet();
  private final Problems problems = new Problems();
  private final List<String> reasons = new ArrayList<>();
  private final Map<String, Integer> reasonNumbers = new HashMap<>();
  private final Map<String, Long> deadByReason = new TreeMap<>();
  private final Map<String, Long> deadByKind = new TreeMap<>();
  private long jobs;
  private long done;
  private long cancelled;
  private long compensated;
  private long dead;

  /// @param letters Kafka's id of the topic of dead letters
  Ledger(List<String> phases, Predicate<String> jobsWanted, String letters) {
    this.jobsWanted = jobsWanted;
    this.letters = letters;
    for (var phase : phases) tables.put(phase, new HashMap<>());
    tables.put(DEAD, new HashMap<>());
  }

  /// Sets the start of a phase's topic; records before it are gone.
  void startsAt(String phase, int partition, long offset) {
    starts.computeIfAbsent(phase, name -> new HashMap<>()).put(partition, offset);
  }

  /// A record of a phase's topic. Phases come before [#dead] and [#done].
  void phase(String phase, ConsumerRecord<byte[], byte[]> record) {
    var identity = Identity.of(record);
    if (!jobsWanted.test(identity.job())) return;
    var place = new RecordRef(phase, record.partition(), record.offset());
    var from = DeadLetterReader.text(record.headers(), HeaderNames.LETTER_TOPIC, letters);
    if (!from.equals(letters)) ofGoneLetters.add(place);
    table(place).add(record.offset(), identity.hash());
    if (identity.parent() == null) submitted(identity, place);
    else if (identity.readable()) follow(identity, place, true);
    else unreadable(place);
  }

  /// A dead letter.
  void dead(ConsumerRecord<byte[], byte[]> record) {
    var identity = Identity.of(record);
    if (!jobsWanted.test(identity.job())) return;
    var place = new RecordRef(DEAD, record.partition(), record.offset());
    var table = table(place);
    table.add(record.offset(), identity.hash());
    table.note(table.size() - 1, kindAndReason(record));
    dead++;
    end(identity, place);
  }

  /// A result, or the end of an item whose job was cancelled or whose work was undone.
  void done(ConsumerRecord<byte[], byte[]> record) {
    var identity = Identity.of(record);
    if (!jobsWanted.test(identity.job())) return;
    var place = new RecordRef("done", record.partition(), record.offset());
    var ended = DeadLetterReader.text(record.headers(), HeaderNames.ENDED, "");
    switch (ended) {
      case HeaderNames.ENDED_CANCELLED -> cancelled++;
      case HeaderNames.ENDED_COMPENSATED -> compensated++;
      default -> done++;
    }
    if (identity.readable()) end(identity, place);
    else unreadable(place);
  }

  /// The log of actions says that this letter was redriven to that phase. Comes after everything
  /// else.
  void redriveRecorded(RecordRef letter, String phase) {
    redrives.put(letter, phase);
  }

  /// Closes the books.
  ///
  /// @param itemAt names the item of a record, for the first problems
  BooksReport close(Function<RecordRef, String> itemAt) {
    for (var one : waiting) follow(one.identity(), one.place(), false);
    redrives.forEach(this::checkRedrive);
    var perPhase = new LinkedHashMap<String, Long>();
    var unfinished = new LinkedHashMap<String, Long>();
    tables.forEach(
        (phase, partitions) -> {
          if (phase.equals(DEAD)) return;
          var count = 0L;
          var open = 0L;
          for (var partition : partitions.entrySet()) {
            count += partition.getValue().size();
            open += conclude(phase, partition.getKey(), partition.getValue(), itemAt);
          }
          perPhase.put(phase, count);
          unfinished.put(phase, open);
        });
    return new BooksReport(
        jobs,
        born.size(),
        perPhase,
        unfinished,
        done,
        cancelled,
        compensated,
        dead,
        DeadLetterReader.most(deadByKind, DeadLetterReader.OTHER_KINDS),
        DeadLetterReader.most(deadByReason, DeadLetterReader.OTHER_REASONS),
        problems.counts(),
        problems.words());
  }

  private void checkRedrive(RecordRef letter, String phase) {
    var table = tables.getOrDefault(DEAD, Map.of()).get(letter.partition());
    var index = table == null ? -1 : table.find(letter.offset());
    if (table == null || index < 0 || table.steps(index) > 0) return; // or of other jobs
    var isCut = starts.getOrDefault(phase, Map.of()).values().stream().anyMatch(start -> start > 0);
    problems.add(
        isCut ? Kind.EXPIRED : Kind.LOST,
        () ->
            isCut
                ? letter + " was redriven to " + phase + ", whose older records are no longer kept"
                : letter + " was redriven to " + phase + ", but nothing there comes from it");
  }

  private void submitted(Identity identity, RecordRef place) {
    if (!identity.path().equals("/")) {
      problems.add(
          Kind.ORPHAN,
          () -> place + " is item " + identity.item() + ", but names no record that led to it");
    } else if (born.add(identity.lifeHash())) {
      jobs++;
    } else {
      problems.add(
          Kind.RESUBMITTED,
          () -> "job " + identity.job() + " was submitted twice, the second time as " + place);
    }
  }

  private void end(Identity identity, RecordRef place) {
    if (identity.parent() == null) {
      problems.add(
          Kind.ORPHAN,
          () -> place + " ends item " + identity.item() + ", but names no record that led to it");
      return;
    }
    if (follow(identity, place, true) && !ended.add(identity.lifeHash())) {
      problems.add(
          Kind.DOUBLED,
          () -> "item " + identity.item() + " ended twice, the second time as " + place);
    }
  }

  /// Enters a record with the one that led to it; false when that is a problem.
  private boolean follow(Identity identity, RecordRef place, boolean mayWait) {
    var parent = identity.parent();
    var partitions = parent == null ? null : tables.get(parent.phase());
    if (parent == null || partitions == null) {
      problems.add(
          Kind.ORPHAN,
          () ->
              "%s (item %s) comes from '%s', which is no record of this pipeline"
                  .formatted(place, identity.item(), identity.parent()));
      return false;
    }
    if (parent.phase().equals(DEAD) && ofGoneLetters.contains(place)) {
      problems.add(
          Kind.EXPIRED,
          () ->
              "%s (item %s) comes from %s of a topic that was deleted and made anew since"
                  .formatted(place, identity.item(), parent));
      return false;
    }
    var table = partitions.get(parent.partition());
    var index = table == null ? -1 : table.find(parent.offset());
    if (table != null && index >= 0) return enter(identity, place, parent, table, index);
    if (mayWait) {
      waiting.add(new Waiting(identity, place));
      return true;
    }
    absent(identity, place, parent);
    return false;
  }

  private void absent(Identity identity, RecordRef place, RecordRef parent) {
    var start = starts.getOrDefault(parent.phase(), Map.of()).getOrDefault(parent.partition(), 0L);
    if (parent.offset() < start) {
      problems.add(
          Kind.EXPIRED,
          () ->
              "%s (item %s) comes from %s, which is no longer kept (that partition starts at %d)"
                  .formatted(place, identity.item(), parent, start));
    } else {
      problems.add(
          Kind.ORPHAN,
          () ->
              "%s (item %s) comes from %s, where there is no record of these jobs"
                  .formatted(place, identity.item(), parent));
    }
  }

  private boolean enter(
      Identity identity, RecordRef place, RecordRef parent, RecordTable table, int index) {
    var from = table.item(index);
    if (from == 0 || from == identity.hash())
      return enterStep(identity, place, parent, table, index);
    if (identity.siblings() > 0 && from == identity.parentHash()) {
      return enterChild(identity, place, parent, table, index);
    }
    problems.add(
        Kind.ORPHAN,
        () ->
            "%s (item %s) comes from %s, which is another item's"
                .formatted(place, identity.item(), parent));
    return false;
  }

  private boolean enterStep(
      Identity identity, RecordRef place, RecordRef parent, RecordTable table, int index) {
    table.addStep(index);
    if (table.steps(index) == 1 && table.children(index) == 0) {
      if (parent.phase().equals(DEAD)) redriven(table.note(index));
      return true;
    }
    problems.add(
        Kind.DOUBLED,
        () ->
            "%s (item %s) was handled twice, the second time as %s"
                .formatted(parent, identity.item(), place));
    return false;
  }

  private boolean enterChild(
      Identity identity, RecordRef place, RecordRef parent, RecordTable table, int index) {
    if (identity.index() < 0 || identity.index() >= identity.siblings()) {
      problems.add(
          Kind.TORN,
          () ->
              "%s is item %s, but its fan-out has %d children"
                  .formatted(place, identity.item(), identity.siblings()));
      return false;
    }
    if (table.steps(index) > 0 || !born.add(identity.lifeHash())) {
      problems.add(
          Kind.DOUBLED,
          () ->
              "%s was handled twice: item %s is there again as %s"
                  .formatted(parent, identity.item(), place));
      return false;
    }
    table.addChild(index);
    if (table.note(index) == 0) table.note(index, identity.siblings());
    if (table.note(index) == identity.siblings()) return true;
    var before = table.note(index);
    problems.add(
        Kind.TORN,
        () ->
            "%s (item %s) has %d siblings by its header, %d by theirs"
                .formatted(place, identity.item(), identity.siblings(), before));
    return false;
  }

  /// Judges the records of a partition; returns the number of those that are not finished.
  private long conclude(
      String phase, int partition, RecordTable table, Function<RecordRef, String> itemAt) {
    var open = 0L;
    for (var i = 0; i < table.size(); i++) {
      var place = new RecordRef(phase, partition, table.offset(i));
      var children = table.children(i);
      var wanted = table.note(i);
      if (table.steps(i) == 0 && children == 0) {
        open++;
        problems.add(
            Kind.UNFINISHED, () -> itemAt.apply(place) + " has not ended: it waits as " + place);
      } else if (children > 0 && children != wanted) {
        problems.add(
            Kind.TORN,
            () ->
                "the fan-out of %s (%s) has %d of its %d children"
                    .formatted(itemAt.apply(place), place, children, wanted));
      }
    }
    return open;
  }

  private void unreadable(RecordRef place) {
    problems.add(
        Kind.UNREADABLE, () -> place + " has headers that can't be read, though a worker wrote it");
  }

  /// Counts a dead letter's kind and reason and returns a number for both, by which they can be
  /// taken back when it is redriven.
  private int kindAndReason(ConsumerRecord<byte[], byte[]> record) {
    var kind = DeadLetterReader.text(record.headers(), HeaderNames.KIND, "unknown");
    var reason = DeadLetterReader.reason(record.headers());
    if (deadByReason.size() >= REASONS_MAX && !deadByReason.containsKey(reason)) {
      reason = DeadLetterReader.OTHER_REASONS;
    }
    if (deadByKind.size() >= REASONS_MAX && !deadByKind.containsKey(kind)) {
      kind = DeadLetterReader.OTHER_KINDS;
    }
    deadByKind.merge(kind, 1L, Long::sum);
    deadByReason.merge(reason, 1L, Long::sum);
    var both = kind + '\n' + reason;
    return reasonNumbers.computeIfAbsent(
        both,
        added -> {
          reasons.add(added);
          return reasons.size() - 1;
        });
  }

  private void redriven(int note) {
    var both = reasons.get(note).split("\n", 2);
    deadByKind.merge(both[0], -1L, Long::sum);
    deadByReason.merge(both[1], -1L, Long::sum);
    dead--;
  }

  private RecordTable table(RecordRef place) {
    return tables
        .computeIfAbsent(place.phase(), name -> new HashMap<>())
        .computeIfAbsent(place.partition(), partition -> new RecordTable());
  }
}
