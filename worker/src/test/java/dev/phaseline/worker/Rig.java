package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// One test's corner of a broker: a namespace of its own, topics in it, records in, records out,
/// workers. Closing it closes what it made, last first.
public final class Rig implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();

  /// None of these is used up where all goes well, however slow the machine is. An attempt that
  /// does not end while its partition is given away runs again elsewhere, so that is not cut short
  /// either.
  static final WorkerConfig.Timing TIMING =
      new WorkerConfig.Timing(
          Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(10));

  private static final Duration ANSWER = Duration.ofSeconds(90);

  private final Map<String, Object> client;
  private final TopicNames topics;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Deque<AutoCloseable> made = new ArrayDeque<>();
  private final Queue<Exception> sendFailures = new ConcurrentLinkedQueue<>();

  public Rig(Map<String, Object> client) {
    this(client, "t" + NEXT.incrementAndGet());
  }

  public Rig(Map<String, Object> client, String namespace) {
    this.client = client;
    this.topics = new TopicNames(namespace);
    this.admin = Admin.create(client);
    var settings = new HashMap<>(client);
    settings.put("linger.ms", 1);
    settings.put("max.request.size", 16 << 20);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public TopicNames topics() {
    return topics;
  }

  public Admin admin() {
    return admin;
  }

  public Map<String, Object> client() {
    return client;
  }

  /// Makes all topics of a pipeline.
  public Rig create(Pipeline pipeline, int partitions) {
    return create(pipeline, partitions, Map.of());
  }

  public Rig create(Pipeline pipeline, int partitions, Map<String, String> settings) {
    var names = new ArrayList<String>();
    for (var phase : pipeline.phaseNames()) names.add(topics.phase(pipeline.name(), phase));
    names.add(topics.done(pipeline.name()));
    names.add(topics.dead(pipeline.name()));
    create(names, partitions, settings);
    return this;
  }

  public void create(List<String> names, int partitions, Map<String, String> settings) {
    answer(
        admin
            .createTopics(
                names.stream()
                    .map(name -> new NewTopic(name, partitions, (short) 1).configs(settings))
                    .toList())
            .all());
    // A topic is there before its leaders serve it; asking them for offsets waits for that.
    var places = new HashMap<TopicPartition, OffsetSpec>();
    for (var name : names) {
      for (var i = 0; i < partitions; i++) {
        places.put(new TopicPartition(name, i), OffsetSpec.latest());
      }
    }
    Wait.until("the new topics are served", () -> isServed(places));
  }

  private boolean isServed(Map<TopicPartition, OffsetSpec> places) throws Exception {
    try {
      admin.listOffsets(places).all().get(ANSWER.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException notYet) {
      return false;
    }
  }

  /// The partitions of each member of a phase's group; empty while there is no such group.
  public List<Set<TopicPartition>> assignments(Pipeline pipeline, String phase) {
    var group = topics.group(pipeline.name(), phase);
    try {
      return admin
          .describeConsumerGroups(List.of(group))
          .all()
          .get(ANSWER.toSeconds(), TimeUnit.SECONDS)
          .values()
          .stream()
          .flatMap(described -> described.members().stream())
          .map(member -> member.assignment().topicPartitions())
          .toList();
    } catch (ExecutionException notYet) {
      return List.of();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  void send(String topic, @Nullable String key, byte @Nullable [] value) {
    send(new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), value));
  }

  /// Sends a record; if that fails, the test fails when the rig is closed.
  void send(ProducerRecord<byte[], byte[]> record) {
    var _ = sent(record);
  }

  /// Sends a record and waits until the broker has it.
  RecordMetadata sendAndWait(ProducerRecord<byte[], byte[]> record) {
    return answer(sent(record));
  }

  private Future<RecordMetadata> sent(ProducerRecord<byte[], byte[]> record) {
    return producer.send(
        record,
        (_, failure) -> {
          if (failure != null) sendFailures.add(failure);
        });
  }

  /// Submits jobs `job-0`, `job-1`, ... to a pipeline's first phase, each with its number as
  /// payload, and waits until the broker has them.
  public void submit(
      Pipeline pipeline, int from, int to, java.util.function.IntFunction<String> key) {
    var topic = topics.phase(pipeline.name(), pipeline.first().name());
    for (var i = from; i < to; i++) {
      send(job(topic, "job-" + i, key.apply(i), Integer.toString(i)));
    }
    producer.flush();
  }

  static ProducerRecord<byte[], byte[]> job(
      String topic, String id, @Nullable String key, String payload) {
    var record =
        new ProducerRecord<>(
            topic, key == null ? null : key.getBytes(UTF_8), payload.getBytes(UTF_8));
    record.headers().add(HeaderNames.JOB, id.getBytes(UTF_8));
    return record;
  }

  public WorkerConfig config(String server) {
    return WorkerConfig.of(server, client).withTopics(topics).withTiming(TIMING);
  }

  /// Starts a worker for every phase of a pipeline.
  public Worker start(Pipeline pipeline) {
    return start(config("s1"), Placement.all(pipeline));
  }

  public Worker start(WorkerConfig config, List<Placement> placements) {
    var worker = Worker.start(config, placements);
    made.push(worker);
    return worker;
  }

  public TopicView view(String topic) {
    var view = new TopicView(client, topic);
    made.push(view);
    return view;
  }

  public TopicView done(Pipeline pipeline) {
    return view(topics.done(pipeline.name()));
  }

  public TopicView dead(Pipeline pipeline) {
    return view(topics.dead(pipeline.name()));
  }

  /// What is committed for a partition of a phase.
  Optional<OffsetAndMetadata> committed(Pipeline pipeline, String phase, int partition) {
    var group = topics.group(pipeline.name(), phase);
    var topic = new TopicPartition(topics.phase(pipeline.name(), phase), partition);
    return Optional.ofNullable(
        answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).get(topic));
  }

  public static PhaseStatus status(Worker worker, String phase) {
    return worker.status().stream()
        .filter(status -> status.phase().equals(phase))
        .findFirst()
        .orElseThrow();
  }

  public static <T> T answer(Future<T> future) {
    try {
      return future.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    while (!made.isEmpty()) {
      try {
        made.pop().close();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    producer.close(Duration.ofSeconds(5));
    if (!sendFailures.isEmpty()) throw new AssertionError(sendFailures.element());
    admin.close(Duration.ofSeconds(5));
  }
}
