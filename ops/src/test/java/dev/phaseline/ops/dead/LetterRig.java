package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.TestCluster;
import dev.phaseline.ops.audit.BooksReport;
import dev.phaseline.ops.audit.PipelineAudit;
import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;

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
    return id(letter(job, phase, kind, reason, value, submitted(job)));
  }

  String deadWithDeadline(String job, Instant deadline) {
    var at = place(submitted(job));
    var parent = "fetch/" + at.partition() + '/' + at.offset();
    var headers = ItemHeaders.ofJob(job).forNext(RecordRef.valueOf(parent)).toKafka();
    headers.add(HeaderNames.PHASE, "fetch".getBytes(UTF_8));
    headers.add(HeaderNames.KIND, "expired".getBytes(UTF_8));
    headers.add(HeaderNames.DEADLINE, deadline.toString().getBytes(UTF_8));
    return id(send(TopicNames.DEFAULT.dead(script.pipeline()), job, new byte[3], headers));
  }

  /// So many, all alike but for their names; written side by side.
  List<String> dead(int count) {
    return dead("job-", count);
  }

  List<String> dead(String prefix, int count) {
    var submitted = new ArrayList<Future<RecordMetadata>>();
    for (var i = 0; i < count; i++) submitted.add(submitted(prefix + i));
    var letters = new ArrayList<Future<RecordMetadata>>();
    for (var i = 0; i < count; i++) {
      var value = ("value " + i).getBytes(UTF_8);
      letters.add(letter(prefix + i, "fetch", "failed", "down", value, submitted.get(i)));
    }
    return new ArrayList<>(letters.stream().map(LetterRig::id).toList());
  }

  private Future<RecordMetadata> submitted(String job) {
    var topic = TopicNames.DEFAULT.phase(script.pipeline(), "fetch");
    return send(topic, job, new byte[3], ItemHeaders.ofJob(job).toKafka());
  }

  private Future<RecordMetadata> letter(
      String job,
      String phase,
      String kind,
      String reason,
      byte[] value,
      Future<RecordMetadata> submitted) {
    var at = place(submitted);
    var parent = "fetch/" + at.partition() + '/' + at.offset();
    var headers = ItemHeaders.ofJob(job).forNext(RecordRef.valueOf(parent)).toKafka();
    headers.add(HeaderNames.PHASE, phase.getBytes(UTF_8));
    headers.add(HeaderNames.KIND, kind.getBytes(UTF_8));
    headers.add(HeaderNames.REASON, reason.getBytes(UTF_8));
    headers.add(HeaderNames.ATTEMPT, "3".getBytes(UTF_8));
    headers.add(HeaderNames.HISTORY, "[]".getBytes(UTF_8));
    headers.add("x-theirs", "kept".getBytes(UTF_8));
    return send(TopicNames.DEFAULT.dead(script.pipeline()), job, value, headers);
  }

  private Future<RecordMetadata> send(
      String topic, String key, byte[] value, RecordHeaders headers) {
    return cluster.producer.send(
        new ProducerRecord<>(topic, null, key.getBytes(UTF_8), value, headers));
  }

  private static RecordMetadata place(Future<RecordMetadata> sent) {
    try {
      return sent.get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private static String id(Future<RecordMetadata> letter) {
    return place(letter).partition() + "-" + place(letter).offset();
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
            var parent = TestCluster.text(record, HeaderNames.PARENT, "");
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
    var sent = new ArrayList<Future<RecordMetadata>>();
    redrivenTo(phase)
        .values()
        .forEach(
            records -> {
              for (var record : records) {
                var item =
                    ItemHeaders.read(
                        record.topic(), record.partition(), record.offset(), record.headers());
                var parent = phase + '/' + record.partition() + '/' + record.offset();
                var done = TopicNames.DEFAULT.done(script.pipeline());
                sent.add(
                    send(
                        done,
                        item.jobId(),
                        new byte[3],
                        item.forNext(RecordRef.valueOf(parent)).toKafka()));
              }
            });
    sent.forEach(LetterRig::place);
  }

  BooksReport audit() {
    return PipelineAudit.audit(
        cluster.client(),
        TopicNames.DEFAULT,
        script.pipeline(),
        TestCluster.PHASES,
        (String job) -> true);
  }
}
