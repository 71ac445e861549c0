package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.console.LetterSource;
import dev.phaseline.ops.dead.LetterAction.Signature;
import dev.phaseline.ops.dead.LetterAction.Verb;
import dev.phaseline.schemas.HeaderNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// Dead letters in memory, that are found, edited, sent, put away and taken back as those of a
/// cluster, for tests of whoever shows them. Thread-safe.
public final class MemoryLetters implements LetterSource {
  private final List<Letter> letters = new ArrayList<>();
  private final Map<LetterId, LetterState> states = new HashMap<>();
  private volatile boolean isHeld;

  /// Adds a letter and returns its id.
  public synchronized LetterId add(
      String job, String phase, String reason, byte @Nullable [] value, Instant at) {
    return add(job, phase, reason, value, at, "");
  }

  /// Adds a letter with a history, as JSON.
  public synchronized LetterId add(
      String job,
      String phase,
      String reason,
      byte @Nullable [] value,
      Instant at,
      String history) {
    var headers = new RecordHeaders();
    header(headers, HeaderNames.JOB, job);
    header(headers, HeaderNames.PHASE, phase);
    header(headers, HeaderNames.KIND, "failed");
    header(headers, HeaderNames.REASON, reason);
    header(headers, HeaderNames.ATTEMPT, "3");
    header(headers, HeaderNames.PARENT, phase + "/0/" + (100 + letters.size()));
    if (!history.isEmpty()) header(headers, HeaderNames.HISTORY, history);
    header(headers, "source", "import-7");
    var record =
        new ConsumerRecord<>(
            "pl.cities.dead",
            0,
            letters.size(),
            at.toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            0,
            job.getBytes(UTF_8),
            value,
            headers,
            Optional.<Integer>empty());
    var letter = new Letter(record);
    letters.add(letter);
    return letter.id();
  }

  private static void header(RecordHeaders headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  /// Redrives send one letter and no more until they are asked to stop.
  public void holdAfterTheFirst() {
    isHeld = true;
  }

  private LetterEntry entry(Letter letter) {
    return new LetterEntry(letter, states.getOrDefault(letter.id(), LetterState.NEW));
  }

  private List<LetterEntry> matching(LetterQuery query, Set<LetterState.Status> meant) {
    var isExplicit = query.namesStates() || !query.ids().isEmpty();
    return letters.stream()
        .map(this::entry)
        .filter(one -> isExplicit || meant.contains(one.state().status()))
        .filter(query::matches)
        .toList();
  }

  @Override
  public synchronized LetterBox.Found find(String pipeline, LetterQuery query, int limit) {
    var all = matching(query, LetterBox.WAITING);
    var byAge = Comparator.comparing((LetterEntry one) -> one.letter().at());
    return new LetterBox.Found(
        all.size(), all.stream().sorted(byAge.reversed()).limit(limit).toList());
  }

  @Override
  public synchronized List<DeadLetterReader.Group> groups(String pipeline, LetterQuery query) {
    var groups = new LinkedHashMap<LetterGroup, DeadLetterReader.Group>();
    for (var entry : matching(query, LetterBox.WAITING)) {
      var letter = entry.letter();
      var key = LetterGroup.of(letter);
      groups.merge(
          key,
          new DeadLetterReader.Group(
              key.kind(), key.phase(), key.reason(), 1, letter.at(), letter.at()),
          (a, b) ->
              new DeadLetterReader.Group(
                  a.kind(), a.phase(), a.reason(), a.count() + 1, a.first(), b.last()));
    }
    return groups.values().stream()
        .sorted(Comparator.comparingLong(DeadLetterReader.Group::count).reversed())
        .toList();
  }

  @Override
  public synchronized LetterEntry require(String pipeline, LetterId id) {
    return letters.stream()
        .filter(letter -> letter.id().equals(id))
        .findFirst()
        .map(this::entry)
        .orElseThrow(
            () -> new LetterDesk.RefusedException("there is no dead letter " + id + " in memory"));
  }

  @Override
  public synchronized List<LetterEntry> lives(String pipeline, String item) {
    return letters.stream().filter(letter -> letter.item().equals(item)).map(this::entry).toList();
  }

  @Override
  public synchronized RedrivePreview preview(String pipeline, LetterQuery query, Redrive how) {
    var groups = new LinkedHashMap<String, Long>();
    var refused = new RefusedLetterCollector();
    var sendable = new ArrayList<LetterEntry>();
    var all = matching(query, LetterBox.WAITING);
    for (var entry : all) {
      if (!entry.state().isSendable()) {
        refused.add(entry.letter().id(), "it is already " + entry.state().words());
        continue;
      }
      sendable.add(entry);
      var phase = entry.letter().phase();
      groups.merge(
          phase + ' ' + entry.letter().kind() + " -> " + how.to().orElse(phase), 1L, Long::sum);
    }
    return new RedrivePreview(
        all.size(),
        sendable.size(),
        groups,
        sendable.stream().limit(10).toList(),
        sendable.stream().filter(MemoryLetters::isExpired).count(),
        refused.toRefusals());
  }

  private static boolean isExpired(LetterEntry entry) {
    return entry.letter().deadline().filter(at -> at.isBefore(Instant.now())).isPresent();
  }

  @Override
  public RedriveReport redrive(
      String pipeline, LetterQuery query, Redrive how, String by, ProgressListener progress) {
    var operation = UUID.randomUUID().toString();
    var preview = preview(pipeline, query, how);
    var sent = 0L;
    List<LetterEntry> all;
    synchronized (this) {
      all = matching(query, LetterBox.WAITING);
    }
    for (var entry : all) {
      progress.at("sending", sent, all.size());
      while (isHeld && sent > 0 && !progress.stopRequested()) LockSupport.parkNanos(10_000_000);
      if (progress.stopRequested()) break;
      if (!send(entry.letter(), operation, by, how)) continue;
      sent++;
    }
    var left = preview.sendable() - sent;
    return new RedriveReport(
        operation,
        preview.matched(),
        sent,
        left,
        0,
        preview.refused(),
        Optional.empty(),
        left == 0 ? RedriveReport.End.COMPLETE : RedriveReport.End.STOPPED,
        "");
  }

  private synchronized boolean send(Letter letter, String operation, String by, Redrive how) {
    if (!entry(letter).state().isSendable()) return false;
    var phase = how.to().orElse(letter.phase());
    act(letter.id(), Verb.REDRIVEN, operation, by, "", phase, null);
    return true;
  }

  @Override
  public synchronized void edit(String pipeline, LetterId id, byte[] value, String by) {
    var state = require(pipeline, id).state();
    if (!state.isSendable()) {
      throw new LetterDesk.RefusedException("letter " + id + " is already " + state.words());
    }
    act(id, Verb.EDITED, UUID.randomUUID().toString(), by, "", null, value);
  }

  @Override
  public synchronized DiscardReport discard(
      String pipeline, LetterQuery query, String reason, String by) {
    var operation = UUID.randomUUID().toString();
    var refused = new RefusedLetterCollector();
    var count = 0;
    for (var entry : matching(query, LetterBox.WAITING)) {
      var id = entry.letter().id();
      if (!entry.state().isSendable()) {
        refused.add(id, "it is already " + entry.state().words());
        continue;
      }
      act(id, Verb.DISCARDED, operation, by, reason, null, null);
      count++;
    }
    return new DiscardReport(operation, count, refused.toRefusals());
  }

  @Override
  public synchronized UndoReport undo(String pipeline, LetterQuery query, String by) {
    var operation = UUID.randomUUID().toString();
    var refused = new RefusedLetterCollector();
    var reopened = 0;
    var edits = 0;
    for (var entry : matching(query, Set.of(LetterState.Status.values()))) {
      var id = entry.letter().id();
      switch (entry.state().status()) {
        case QUEUED, DISCARDED -> {
          act(id, Verb.REOPENED, operation, by, "", null, null);
          reopened++;
        }
        case REDRIVEN -> refused.add(id, "it is already queued in its phase");
        case OPEN -> {
          if (entry.state().edit() == null) continue;
          act(id, Verb.EDIT_UNDONE, operation, by, "", null, null);
          edits++;
        }
      }
    }
    return new UndoReport(operation, reopened, edits, refused.toRefusals());
  }

  private void act(
      LetterId id,
      Verb verb,
      String operation,
      String by,
      String reason,
      @Nullable String phase,
      byte @Nullable [] value) {
    var wanted =
        LetterAction.record(
            "actions", id, verb, new Signature(operation, by, reason, null), phase, 0, value);
    var record =
        new ConsumerRecord<>(
            "actions",
            0,
            0,
            System.currentTimeMillis(),
            TimestampType.CREATE_TIME,
            0,
            0,
            wanted.key(),
            wanted.value(),
            wanted.headers(),
            Optional.<Integer>empty());
    states.merge(
        id,
        LetterState.NEW.after(LetterAction.read(record).orElseThrow()),
        (old, _) -> old.after(LetterAction.read(record).orElseThrow()));
  }

  @Override
  public Payloads payloads() {
    return Payloads.plain();
  }
}
