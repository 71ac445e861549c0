package dev.phaseline.ops.dead;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.ops.dead.LetterAction.Signature;
import dev.phaseline.ops.dead.LetterAction.Verb;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// Write access to the dead letters of a pipeline: each decision is written in one transaction with
/// its effect.
///
/// There is one desk for each pipeline at a time, over all processes: opening one takes over the
/// transactional id `<ns>.<pipeline>.dead-actions`, which commits or aborts what the last holder
/// had begun and lets it write no more; its next write is a [TakenOverException]. Only then is the
/// log of actions read. So whatever a desk knows about a letter stays true until it writes, and a
/// letter is redriven at most once, whoever is killed and whenever.
///
/// For one thread, and for short: open it, decide, close it. Methods throw [ClusterException] when
/// the cluster does not answer; asking again is then safe.
public final class LetterDesk implements AutoCloseable {
  /// Most letters of a transaction, so that readers of a phase never wait long for its end.
  static final int BATCH_MAX = 500;

  private final LetterBox box;
  private final String by;
  private final DeskProducer producer;
  private final TopicScan scan;
  private final String actions;
  private LetterStates states = new LetterStates(null); // read anew for each decision
  private String operation = "";

  private LetterDesk(LetterBox box, String by, DeskProducer producer, TopicScan scan) {
    this.box = box;
    this.by = by;
    this.producer = producer;
    this.scan = scan;
    this.actions = box.names().deadActions(box.pipeline());
  }

  /// Begins an operation: reads what is true until this desk writes, or another is opened.
  private void begin() {
    states = LetterStates.read(scan, box.names(), box.pipeline(), false);
    operation = UUID.randomUUID().toString();
  }

  static LetterDesk open(LetterBox box, String by) {
    var scan = TopicScan.whole(box.client());
    try {
      var topic = box.names().deadActions(box.pipeline());
      if (!scan.exists(topic)) throw TopicScan.missing(box.pipeline(), topic);
      var producer = DeskProducer.open(box.client(), topic);
      try {
        return new LetterDesk(box, by, producer, scan);
      } catch (RuntimeException failed) {
        producer.close();
        throw failed;
      }
    } catch (RuntimeException failed) {
      scan.close();
      throw failed;
    }
  }

  /// Sends letters back. Each keeps its job, item, key, payload (or its edit), foreign headers and
  /// history; it begins a new generation with its first attempt.
  ///
  /// A redrive with a rate or a canary, or of many letters, first writes all of them into the log
  /// as queued: then it can be undone while it runs, and what a killed one left is seen.
  ///
  /// @throws UnknownPhaseException when all letters should go where there is no phase
  public RedriveReport redrive(LetterQuery query, Redrive how, ProgressListener progress) {
    return redrive(query, how, progress, Set.of());
  }

  /// Goes on with a redrive that was cut off.
  ///
  /// @param earlier its operations so far: what they sent is neither meant nor refused any more
  RedriveReport redrive(
      LetterQuery query, Redrive how, ProgressListener progress, Set<String> earlier) {
    begin();
    var selection = RedriveSelection.of(box, scan, states, query, how, earlier);
    var report = new RedriveRun(this, box, selection, how, progress).run();
    settle();
    return report;
  }

  /// Sets the payload that a redrive of this letter will send. The letter itself stays as it is.
  ///
  /// @param value the whole payload, encoded
  /// @throws RefusedException when the letter is not there or not open
  public void edit(LetterId id, byte[] value) {
    begin();
    var entry = entry(id);
    if (!entry.state().isSendable()) {
      throw new RefusedException("letter " + id + " is already " + entry.state().words());
    }
    try {
      write(List.of(action(id, Verb.EDITED, null, 0, "", value)));
    } catch (DeskProducer.TooLargeException tooLarge) {
      throw new RefusedException(
          "the new payload of letter "
              + id
              + " has "
              + value.length
              + " bytes, more than topic "
              + actions
              + " takes (max.message.bytes)");
    }
    settle();
  }

  /// Waits until the commit can be read: a caller who gets an answer must see the result, and this
  /// desk's next decision rests on it.
  private void settle() {
    LetterStates.awaitDecided(scan, box.names(), box.pipeline());
  }

  /// Puts letters away: they are no longer listed or redriven, and stay in the log.
  public DiscardReport discard(LetterQuery query, String reason, ProgressListener progress) {
    begin();
    var ids = new ArrayList<LetterId>();
    var refused = new RefusedLetterCollector();
    visit(
        query,
        LetterBox.WAITING,
        refused,
        entry -> {
          if (entry.state().isSendable()) ids.add(entry.letter().id());
          else refused.add(entry.letter().id(), "it is already " + entry.state().words());
        });
    writeAll(ids, Verb.DISCARDED, reason, "discarding", progress);
    return new DiscardReport(operation, ids.size(), refused.toRefusals());
  }

  /// Takes back what can be taken back: letters that are queued, discarded or edited are open again
  /// and as they were. A letter that was sent is in its phase, where a worker may have it: it is
  /// refused. A query that says nothing about states or ids means queued, redriven and edited ones.
  public UndoReport undo(LetterQuery query, ProgressListener progress) {
    begin();
    var reopened = new ArrayList<LetterId>();
    var edits = new ArrayList<LetterId>();
    var refused = new RefusedLetterCollector();
    visit(
        query,
        EnumSet.complementOf(EnumSet.of(LetterState.Status.DISCARDED)),
        refused,
        entry -> {
          var id = entry.letter().id();
          switch (entry.state().status()) {
            case QUEUED, DISCARDED -> reopened.add(id);
            case REDRIVEN -> refused.add(id, sent(entry.state()));
            case OPEN -> {
              if (entry.state().edit() != null) edits.add(id);
              else if (!query.ids().isEmpty()) {
                refused.add(id, "nothing was decided about it that could be undone");
              }
            }
          }
        });
    writeAll(reopened, Verb.REOPENED, "", "undoing", progress);
    writeAll(edits, Verb.EDIT_UNDONE, "", "undoing", progress);
    return new UndoReport(operation, reopened.size(), edits.size(), refused.toRefusals());
  }

  private static String sent(LetterState state) {
    var phase = state.last() == null ? "its phase" : state.last().phase();
    return "it is already queued in " + phase + ": can't be taken back (" + state.words() + ")";
  }

  private void visit(
      LetterQuery query,
      Set<LetterState.Status> statesMeant,
      RefusedLetterCollector refused,
      LetterBox.EntryVisitor visitor) {
    var missing = new HashSet<>(query.ids());
    box.visit(
        scan,
        states,
        query,
        statesMeant,
        entry -> {
          missing.remove(entry.letter().id());
          visitor.visit(entry);
        });
    for (var id : missing.stream().sorted().toList()) {
      refused.add(id, String.valueOf(box.noSuchLetter(scan, id).getMessage()));
    }
  }

  private LetterEntry entry(LetterId id) {
    var found = new ArrayList<LetterEntry>();
    box.read(
        scan,
        List.of(id),
        record -> {
          var letter = new Letter(record);
          found.add(new LetterEntry(letter, states.of(letter)));
        });
    if (found.isEmpty()) {
      throw new RefusedException(String.valueOf(box.noSuchLetter(scan, id).getMessage()));
    }
    return found.getFirst();
  }

  private void writeAll(
      List<LetterId> ids, Verb verb, String reason, String step, ProgressListener progress) {
    for (var from = 0; from < ids.size(); from += BATCH_MAX) {
      progress.at(step, from, ids.size());
      var batch = ids.subList(from, Math.min(ids.size(), from + BATCH_MAX));
      write(batch.stream().map(id -> action(id, verb, null, 0, reason, null)).toList());
    }
    if (ids.isEmpty()) return;
    progress.at(step, ids.size(), ids.size());
    settle();
  }

  /// The record of an action of this desk.
  ProducerRecord<byte[], byte[]> action(
      LetterId id,
      Verb verb,
      @Nullable String phase,
      int generation,
      String reason,
      byte @Nullable [] value) {
    return LetterAction.record(
        actions,
        id,
        verb,
        new Signature(operation, by, reason, states.topic()),
        phase,
        generation,
        value);
  }

  List<org.apache.kafka.clients.producer.RecordMetadata> write(
      List<ProducerRecord<byte[], byte[]>> records) {
    return producer.write(records);
  }

  /// The letters of these ids with their states as they were when the desk was opened; those that
  /// are gone are missing.
  List<LetterEntry> read(List<LetterId> ids) {
    var found = new java.util.HashMap<LetterId, LetterEntry>();
    box.read(
        scan,
        ids,
        record -> {
          var letter = new Letter(record);
          found.put(letter.id(), new LetterEntry(letter, states.of(letter)));
        });
    return ids.stream().filter(found::containsKey).map(found::get).toList();
  }

  String operation() {
    return operation;
  }

  /// Kafka's id of the topic that the letters are in; null when it is not known.
  @Nullable Uuid topic() {
    return states.topic();
  }

  /// The states as the log has them now, after another desk was opened: whatever this one had begun
  /// is decided by then, and is waited for.
  LetterStates statesNow() {
    return LetterStates.readDecided(scan, box.names(), box.pipeline());
  }

  /// The refusal of an action on one letter; the message is one line.
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  @Override
  public void close() {
    producer.close();
    scan.close();
  }
}
