package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.dead.LetterAction.Verb;
import dev.phaseline.ops.dead.RedriveReport.Canary;
import dev.phaseline.ops.dead.RedriveReport.End;
import dev.phaseline.ops.dead.RedriveSelection.Pick;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// One redrive from the first letter to the report. Each batch is one transaction of the records
/// for the phases and the actions that say so. One use, one thread.
final class RedriveRun {
  private static final int BATCH_BYTES_MAX = 4 << 20;
  private static final Duration LOOK = Duration.ofMillis(200);

  private final LetterDesk desk;
  private final LetterBox box;
  private final RedriveSelection selection;
  private final Redrive how;
  private final ProgressListener progress;
  private final RateLimit pace;
  private final boolean isQueued;
  private int taken;
  private long redriven;

  RedriveRun(
      LetterDesk desk,
      LetterBox box,
      RedriveSelection selection,
      Redrive how,
      ProgressListener progress) {
    this.desk = desk;
    this.box = box;
    this.selection = selection;
    this.how = how;
    this.progress = progress;
    this.pace = new RateLimit(how.perSecond(), LetterDesk.BATCH_MAX);
    this.isQueued = how.isSlow() || selection.picks().size() > LetterDesk.BATCH_MAX;
  }

  RedriveReport run() {
    try {
      if (isQueued) queue();
      var canary = how.canary() > 0 ? canary() : Optional.<Canary>empty();
      if (canary.isPresent()) {
        var end = judged(canary.get());
        if (end != End.COMPLETE) return report(end, canary);
      }
      var end = send(selection.picks().size(), null) ? End.COMPLETE : End.STOPPED;
      return report(end, canary);
    } catch (TakenOverException _) {
      return cutOff(
          End.TAKEN_OVER,
          "another operator took over",
          "the others are for the other operator to decide; look with `phaseline dead list`");
    } catch (ClusterException failed) {
      return cutOff(
          End.CUT_OFF,
          String.valueOf(failed.getMessage()),
          "give it again to go on, or undo what is queued");
    }
  }

  /// Writes down what is going to be sent, before the first of it is.
  private void queue() {
    var picks = selection.picks();
    for (var from = 0; from < picks.size(); from += LetterDesk.BATCH_MAX) {
      progress.at("queueing", from, picks.size());
      var batch = picks.subList(from, Math.min(picks.size(), from + LetterDesk.BATCH_MAX));
      desk.write(
          batch.stream()
              .map(pick -> desk.action(pick.id(), Verb.QUEUED, pick.target(), 0, "", null))
              .toList());
    }
  }

  private Optional<Canary> canary() {
    var count = Math.min(how.canary(), selection.picks().size());
    try (var fates = RedriveOutcomes.open(box)) {
      send(count, fates);
      var deadlineNanos = System.nanoTime() + how.canaryWait().toNanos();
      while (fates.open() > 0
          && System.nanoTime() - deadlineNanos < 0
          && !progress.stopRequested()) {
        fates.poll(LOOK);
        var sent = fates.verdict().sent();
        progress.at("canary", sent - fates.open(), sent);
      }
      return Optional.of(fates.verdict());
    }
  }

  private End judged(Canary canary) {
    if (isTooBad(canary)) return End.CANARY_FAILED;
    if (progress.stopRequested()) return End.STOPPED;
    return canary.open() > 0 ? End.CANARY_UNFINISHED : End.COMPLETE;
  }

  private boolean isTooBad(Canary canary) {
    return canary.deadAgain() * 100.0 > how.failPercentMax() * canary.sent();
  }

  /// Sends letters until so many of all have been taken.
  ///
  /// @return false when it was asked to stop first
  private boolean send(int until, @Nullable RedriveOutcomes fates) {
    var picks = selection.picks();
    while (taken < until) {
      var batch = picks.subList(taken, Math.min(until, taken + pace.stepMax()));
      if (!pace.await(batch.size(), progress)) return false;
      taken += send(batch, fates);
      progress.at("sending", redriven, picks.size());
    }
    return true;
  }

  /// Sends the first of these, as many as fit into a transaction.
  ///
  /// @return how many were taken, sent or refused
  private int send(List<Pick> batch, @Nullable RedriveOutcomes fates) {
    var entries = new HashMap<LetterId, LetterEntry>();
    for (var entry : desk.read(batch.stream().map(Pick::id).toList())) {
      entries.put(entry.letter().id(), entry);
    }
    var fitting = new ArrayList<Pick>();
    var count = 0;
    var bytes = 0L;
    for (var pick : batch) {
      var entry = entries.get(pick.id());
      if (entry == null) {
        selection.refused().add(pick.id(), "it is no longer kept");
      } else {
        var payload = entry.payload();
        bytes += payload == null ? 0 : payload.length;
        if (bytes > BATCH_BYTES_MAX && !fitting.isEmpty()) break;
        fitting.add(pick);
      }
      count++;
    }
    write(fitting, entries, fates);
    return count;
  }

  /// One transaction; when a record of it is too large for its phase, two of half the size, so that
  /// in the end that one alone is refused.
  private void write(
      List<Pick> picks, Map<LetterId, LetterEntry> entries, @Nullable RedriveOutcomes fates) {
    if (picks.isEmpty()) return;
    var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
    for (var pick : picks) records.add(record(pick, entries.get(pick.id())));
    for (var pick : picks) records.add(action(pick, entries.get(pick.id())));
    try {
      var places = desk.write(records);
      redriven += picks.size();
      if (fates == null) return;
      for (var i = 0; i < picks.size(); i++) {
        var place = places.get(i);
        fates.watch(new RecordRef(picks.get(i).target(), place.partition(), place.offset()));
      }
    } catch (DeskProducer.TooLargeException tooLarge) {
      if (picks.size() == 1) {
        selection
            .refused()
            .add(
                picks.getFirst().id(),
                "it is larger than phase '"
                    + picks.getFirst().target()
                    + "' takes (max.message.bytes of its topic)");
        return;
      }
      var half = picks.size() / 2;
      write(picks.subList(0, half), entries, fates);
      write(picks.subList(half, picks.size()), entries, fates);
    }
  }

  private ProducerRecord<byte[], byte[]> record(Pick pick, @Nullable LetterEntry entry) {
    if (entry == null) throw new IllegalStateException("not read: " + pick);
    var letter = entry.letter();
    var headers = new RecordHeaders();
    for (var header : letter.headers()) {
      switch (header.key()) {
        case HeaderNames.KIND,
            HeaderNames.REASON,
            HeaderNames.PHASE,
            HeaderNames.ATTEMPT,
            HeaderNames.JOB,
            HeaderNames.GENERATION,
            HeaderNames.LETTER_TOPIC,
            HeaderNames.PARENT -> {
          // what the new life begins with is added below
        }
        default -> headers.add(header);
      }
    }
    add(headers, HeaderNames.JOB, letter.job());
    add(headers, HeaderNames.GENERATION, Integer.toString(letter.generation() + 1));
    var id = letter.id();
    add(headers, HeaderNames.PARENT, id.ref().toString());
    var topic = desk.topic();
    if (topic != null) add(headers, HeaderNames.LETTER_TOPIC, topic.toString());
    return new ProducerRecord<>(
        box.names().phase(box.pipeline(), pick.target()),
        null,
        letter.key(),
        entry.payload(),
        headers);
  }

  private ProducerRecord<byte[], byte[]> action(Pick pick, @Nullable LetterEntry entry) {
    if (entry == null) throw new IllegalStateException("not read: " + pick);
    return desk.action(
        pick.id(), Verb.REDRIVEN, pick.target(), entry.letter().generation() + 1, "", null);
  }

  private static void add(RecordHeaders headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  private RedriveReport report(End end, Optional<Canary> canary) {
    var rest = selection.picks().subList(taken, selection.picks().size());
    if (isQueued) takeBack(rest);
    return new RedriveReport(
        desk.operation(),
        selection.matched(),
        redriven,
        rest.size(),
        0,
        selection.refused().toRefusals(),
        canary,
        end,
        words(end, canary));
  }

  private void takeBack(List<Pick> rest) {
    for (var from = 0; from < rest.size(); from += LetterDesk.BATCH_MAX) {
      var batch = rest.subList(from, Math.min(rest.size(), from + LetterDesk.BATCH_MAX));
      desk.write(
          batch.stream()
              .map(pick -> desk.action(pick.id(), Verb.REOPENED, null, 0, "", null))
              .toList());
    }
  }

  private String words(End end, Optional<Canary> canary) {
    return switch (end) {
      case COMPLETE, TAKEN_OVER, CUT_OFF -> "";
      case STOPPED -> "stopped; the letters that were not sent are open again";
      case CANARY_FAILED ->
          canary
              .map(
                  one ->
                      String.format(
                          Locale.ROOT,
                          "stopped: %d of the first %d are dead again, more than %s %%; the"
                              + " letters that were not sent are open again",
                          one.deadAgain(),
                          one.sent(),
                          percent(how.failPercentMax())))
              .orElse("");
      case CANARY_UNFINISHED ->
          canary
              .map(
                  one ->
                      String.format(
                          Locale.ROOT,
                          "stopped: %d of the first %d did not leave their phase within %d s (is a"
                              + " worker running?); the letters that were not sent are open again",
                          one.open(),
                          one.sent(),
                          how.canaryWait().toSeconds()))
              .orElse("");
    };
  }

  private static String percent(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /// The last transaction may have been committed or not: the log tells. A broker may answer a
  /// commit that another operator cuts off with any error, not just with that of a fenced producer.
  private RedriveReport cutOff(End end, String why, String remedy) {
    var now = desk.statesNow();
    var sent = now.count(desk.operation(), LetterState.Status.REDRIVEN);
    return new RedriveReport(
        desk.operation(),
        selection.matched(),
        sent,
        0,
        now.count(desk.operation(), LetterState.Status.QUEUED),
        selection.refused().toRefusals(),
        Optional.empty(),
        end,
        String.format(
            Locale.ROOT,
            "%s: this command sent %d of %d letters; %s",
            why,
            sent,
            selection.picks().size(),
            remedy));
  }
}
