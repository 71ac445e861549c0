package dev.phaseline.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A broker and a hand that writes what workers would write, right or wrong.
public final class TestCluster implements AutoCloseable {
  public static final List<String> PHASES = List.of("fetch", "check", "store");
  public static final int PARTITIONS = 2;

  public final EmbeddedBroker broker;
  public final Admin admin;
  public final KafkaProducer<byte[], byte[]> producer;

  public TestCluster(Path folder) {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder));
    admin = Admin.create(broker.clientConfig());
    producer = producer(Map.of("linger.ms", "0"));
  }

  public Map<String, Object> client() {
    return broker.clientConfig();
  }

  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var config = new HashMap<>(client());
    config.putAll(more);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// The topics of a pipeline that no other test uses.
  public Script pipeline(String name) {
    var settings = TopicSettings.SINGLE.withPartitions(PARTITIONS);
    var report = new TopicSetup(admin, TopicNames.DEFAULT, settings).ensure(name, PHASES);
    if (!report.ok()) throw new AssertionError(report);
    return new Script(name, producer);
  }

  /// Deletes a topic of a pipeline, and makes it anew.
  public void recreate(String pipeline, String topic) {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
      Await.until("the topic is gone", () -> !topics().contains(topic));
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
    var _ = pipeline(pipeline);
  }

  private Set<String> topics() {
    try {
      return admin.listTopics().names().get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  /// A header of a record as text.
  public static String text(ConsumerRecord<?, ?> record, String header, String absent) {
    var found = record.headers().lastHeader(header);
    return found == null ? absent : new String(found.value(), UTF_8);
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    broker.close();
  }

  /// Writes the records of one pipeline, and names each as `pl-parent` does.
  ///
  /// @param pipeline its name
  /// @param producer through which
  public record Script(String pipeline, KafkaProducer<byte[], byte[]> producer) {

    public Script through(KafkaProducer<byte[], byte[]> another) {
      return new Script(pipeline, another);
    }

    public String submit(String job) {
      return write("fetch", ItemHeaders.ofJob(job).toKafka());
    }

    public String step(String phase, String parent, ItemHeaders item) {
      return write(phase, item.forNext(RecordRef.valueOf(parent)).toKafka());
    }

    public String child(String phase, String parent, ItemHeaders item, int index, int count) {
      return write(phase, item.forChild(index, count, RecordRef.valueOf(parent)).toKafka());
    }

    public String done(String parent, ItemHeaders item) {
      return write("done", item.forNext(RecordRef.valueOf(parent)).toKafka());
    }

    public String dead(String phase, String parent, ItemHeaders item, String kind, String reason) {
      var headers = item.forNext(RecordRef.valueOf(parent)).toKafka();
      headers.add(HeaderNames.PHASE, phase.getBytes(UTF_8));
      headers.add(HeaderNames.KIND, kind.getBytes(UTF_8));
      headers.add(HeaderNames.REASON, reason.getBytes(UTF_8));
      return write("dead", headers);
    }

    public String write(String phase, Headers headers) {
      var names = TopicNames.DEFAULT;
      var topic =
          switch (phase) {
            case "done" -> names.done(pipeline);
            case "dead" -> names.dead(pipeline);
            default -> names.phase(pipeline, phase);
          };
      try {
        var at =
            producer
                .send(new ProducerRecord<>(topic, null, null, null, new byte[3], headers))
                .get();
        return phase + '/' + at.partition() + '/' + at.offset();
      } catch (Exception failed) {
        throw new AssertionError(failed);
      }
    }

    /// A job that goes through all phases: `fetch` fans out into `count` items, each of which is
    /// checked and stored.
    public void wholeJob(String job, int count) {
      var root = ItemHeaders.ofJob(job);
      var fetched = submit(job);
      for (var i = 0; i < count; i++) {
        var item = root.forChild(i, count, RecordRef.valueOf(fetched));
        var checked = child("check", fetched, root, i, count);
        var stored = step("store", checked, item);
        done(stored, item);
      }
    }
  }
}
