package dev.phaseline.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// Audits a pipeline from its topics alone: did every item end exactly once?
///
/// Reads committed records only, so what an aborted transaction wrote does not exist here. What is
/// checked, for the jobs that are asked about:
/// - every record of a phase led to exactly one thing: the item's next record, its result, its dead
///   letter, or a fan-out whose children are all there, none twice;
/// - every record but a submitted one comes from a record that is there, and of the same item;
/// - every dead letter that the log of actions calls redriven led to one record;
/// - every job was submitted under an id of its own, and every item ended once (redriven dead
///   letters live once more).
///
/// The cut: ends are taken downstream first (`dead`, `done`, then the phases from the last to the
/// first), so whatever is seen was caused by something that is seen. Transactions become visible
/// partition by partition, though: while workers run, an item may look unfinished or a fan-out torn
/// that is about to be whole. The verdict on a pipeline is that of an audit taken at rest; other
/// jobs may run meanwhile.
///
/// Memory: 28 bytes a record of a phase or dead letter, and about 24 bytes an item, whatever the
/// size of payloads; 3 million records of 1 million items take about 110 MB. Items are told apart
/// by hashes of 64 bits: among n items two are mixed up with a probability of at most n²/2⁶⁵, that
/// is 3·10⁻⁸ for a million; and that would, as a rule, be reported as a problem, not hide one.
public final class PipelineAudit {
  private PipelineAudit() {}

  /// Audits.
  ///
  /// @param client how to reach the cluster
  /// @param phases all phases of the pipeline, in their order
  /// @param jobs the ids of the jobs to audit
  /// @throws ClusterException when a topic is missing or the cluster does not answer
  public static BooksReport audit(
      Map<String, ?> client,
      TopicNames names,
      String pipeline,
      List<String> phases,
      Predicate<String> jobs) {
    try (var scan = new TopicScan(client)) {
      var letters = scan.id(names.dead(pipeline)).map(Uuid::toString).orElse("");
      var redriven = redriven(client, names, pipeline, letters);
      var deadEnds = scan.ends(pipeline, names.dead(pipeline));
      var doneEnds = scan.ends(pipeline, names.done(pipeline));
      var phaseEnds = new LinkedHashMap<String, Map<TopicPartition, Long>>();
      for (var phase : phases.reversed()) {
        phaseEnds.put(phase, scan.ends(pipeline, names.phase(pipeline, phase)));
      }
      var ledger = new Ledger(phases, jobs, letters);
      for (var phase : phases) {
        var ends = phaseEnds.getOrDefault(phase, Map.of());
        scan.starts(ends.keySet())
            .forEach((at, offset) -> ledger.startsAt(phase, at.partition(), offset));
        scan.read(ends, record -> ledger.phase(phase, record));
      }
      scan.starts(deadEnds.keySet())
          .forEach((at, offset) -> ledger.startsAt(Ledger.DEAD, at.partition(), offset));
      scan.read(deadEnds, ledger::dead);
      scan.read(doneEnds, ledger::done);
      redriven.forEach(ledger::redriveRecorded);
      return ledger.close(place -> itemAt(scan, names.phase(pipeline, place.phase()), place));
    }
  }

  /// The letters that were redriven, and where to; the letter's id is the record's key.
  private static Map<RecordRef, String> redriven(
      Map<String, ?> client, TopicNames names, String pipeline, String letters) {
    var redriven = new LinkedHashMap<RecordRef, String>();
    var topic = names.deadActions(pipeline);
    try (var scan = TopicScan.whole(client)) {
      if (!scan.exists(topic)) return redriven; // made by an earlier version
      scan.read(
          scan.ends(pipeline, topic),
          record -> {
            var isRedrive =
                DeadLetterReader.text(record.headers(), HeaderNames.ACTION, "").equals("redriven");
            if (!isRedrive || record.key() == null) return;
            var of = DeadLetterReader.text(record.headers(), HeaderNames.LETTER_TOPIC, letters);
            if (!of.equals(letters)) return; // of a topic that is gone
            var id = new String(record.key(), UTF_8).replace('-', '/');
            var letter = RecordRef.parse(Ledger.DEAD + '/' + id);
            if (letter == null) return;
            redriven.put(letter, DeadLetterReader.text(record.headers(), HeaderNames.PHASE, ""));
          });
    }
    return redriven;
  }

  private static String itemAt(TopicScan scan, String topic, RecordRef place) {
    return scan.at(new TopicPartition(topic, place.partition()), place.offset())
        .map(record -> "item " + Identity.of(record).item())
        .orElse("an item");
  }
}
