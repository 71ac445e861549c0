package dev.phaseline.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Dead letters of one pipeline, as workers would have left them, and what became of them.
///
/// @param cluster where
/// @param script the pipeline
/// @param box its letters
record LetterRig(TestCluster cluster, TestCluster.Script script, LetterBox box) {

  static LetterRig of(TestCluster cluster, String pipeline) {
    return new LetterRig(
        cluster,
        cluster.pipeline(pipeline),
        new LetterBox(cluster.client(), TopicNames.DEFAULT, pipeline, TestCluster.PHASES));
  }

  static LetterQuery query(String text) {
    return LetterQuery.parse(text, Instant.now());
  }

  /// Submits a job that dies in its first phase; returns the id of its letter.
  String dead(String job, String kind, String reason, byte[] value) {
    return dead(job, "fetch", kind, reason, value);
  }

  String dead(String job, String phase, String kind, String reason, byte[] value) {
    var parent = script.submit(job);
    var headers = ItemHeaders.ofJob(job).forNext(parent).toKafka();
    headers.add(HeaderNames.PHASE, phase.getBytes(UTF_8));
    headers.add(HeaderNames.KIND, kind.getBytes(UTF_8));
    headers.add(HeaderNames.REASON, reason.getBytes(UTF_8));
    headers.add(HeaderNames.ATTEMPT, "3".getBytes(UTF_8));
    headers.add(HeaderNames.HISTORY, "[]".getBytes(UTF_8));
    headers.add("x-theirs", "kept".getBytes(UTF_8));
    return send(TopicNames.DEFAULT.dead(script.pipeline()), job, value, headers);
  }

  private String send(
      String topic,
      String key,
      byte[] value,
      org.apache.kafka.common.header.internals.RecordHeaders headers) {
    try {
      var record = new ProducerRecord<>(topic, null, key.getBytes(UTF_8), value, headers);
      var at = cluster.producer.send(record).get();
      return at.partition() + "-" + at.offset();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  List<String> dead(int count) {
    var ids = new ArrayList<String>();
    for (var i = 0; i < count; i++) {
      ids.add(dead("job-" + i, "failed", "down", ("value " + i).getBytes(UTF_8)));
    }
    return ids;
  }

  /// As many again, under names of their own.
  List<String> deadMore(int count, int round) {
    var ids = new ArrayList<String>();
    for (var i = 0; i < count; i++) {
      ids.add(dead("job-" + round + '-' + i, "failed", "down", new byte[] {1}));
    }
    return ids;
  }

  /// The committed records of a phase's topic that come from dead letters, by their `pl-parent`.
  Map<String, List<ConsumerRecord<byte[], byte[]>>> redrivenTo(String phase) {
    var found = new LinkedHashMap<String, List<ConsumerRecord<byte[], byte[]>>>();
    try (var scan = TopicScan.whole(cluster.client())) {
      var topic = TopicNames.DEFAULT.phase(script.pipeline(), phase);
      scan.awaitDecided(script.pipeline(), topic, java.time.Duration.ofSeconds(60));
      scan.read(
          scan.ends(script.pipeline(), topic),
          record -> {
            var parent = DeadLetters.text(record.headers(), HeaderNames.PARENT, "");
            if (!parent.startsWith("dead/")) return;
            var id = parent.substring("dead/".length()).replace('/', '-');
            found.computeIfAbsent(id, added -> new ArrayList<>()).add(record);
          });
    }
    return found;
  }

  /// The one record of a phase that comes from this letter.
  ConsumerRecord<byte[], byte[]> only(String phase, String id) {
    var records = redrivenTo(phase).getOrDefault(id, List.of());
    if (records.size() != 1) throw new AssertionError(id + " is there so often: " + records);
    return records.getFirst();
  }

  /// Does the work of a phase that handles all redriven items well.
  void finish(String phase) {
    redrivenTo(phase)
        .values()
        .forEach(
            records -> {
              for (var record : records) {
                var item =
                    ItemHeaders.read(
                        record.topic(), record.partition(), record.offset(), record.headers());
                script.done(phase + '/' + record.partition() + '/' + record.offset(), item);
              }
            });
  }

  BooksReport audit() {
    return Books.audit(
        cluster.client(),
        TopicNames.DEFAULT,
        script.pipeline(),
        TestCluster.PHASES,
        (String job) -> true);
  }
}
