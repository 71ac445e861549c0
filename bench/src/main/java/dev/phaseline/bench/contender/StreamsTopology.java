package dev.phaseline.bench.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;

/// Kafka Streams, `exactly_once_v2`: the phases are sub-topologies joined by topics, with as many
/// stream threads as phases. Nothing runs in parallel within a task; a slow record holds its task,
/// and its thread, up.
///
/// @param tuned whether the commit interval is 10 ms in place of 100, and the producers have the
///   retry backoff that suits short transactions: for latency
record StreamsTopology(boolean tuned) implements Contender {
  private static final int TUNED_COMMIT_INTERVAL_MS = 10;
  private static final int THREADS_MAX = 4;

  @Override
  public Running start(Course course, Work work) {
    var streams = new KafkaStreams(topology(course, work), properties(course));
    var failure = new AtomicReference<@Nullable Throwable>();
    streams.setUncaughtExceptionHandler(
        thrown -> {
          failure.set(thrown);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
    return new RunningStreams(streams, failure);
  }

  private static Topology topology(Course course, Work work) {
    var builder = new StreamsBuilder();
    var topics = course.topics();
    for (var phase = 0; phase < course.phases(); phase++) {
      builder.<byte[], byte[]>stream(topics.get(phase))
          .mapValues(payload -> run(work, payload))
          .to(topics.get(phase + 1));
    }
    return builder.build();
  }

  private static byte[] run(Work work, byte[] payload) {
    try {
      return work.run(payload);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Properties properties(Course course) {
    var out = new Properties();
    Clients.PRODUCER.forEach((name, value) -> out.put(StreamsConfig.producerPrefix(name), value));
    Clients.CONSUMER.forEach((name, value) -> out.put(StreamsConfig.consumerPrefix(name), value));
    out.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap());
    out.put(StreamsConfig.APPLICATION_ID_CONFIG, course.namespace());
    out.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    out.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Math.min(THREADS_MAX, course.phases()));
    out.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    out.put(StreamsConfig.STATE_DIR_CONFIG, stateDir());
    out.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    out.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    if (tuned) {
      out.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, TUNED_COMMIT_INTERVAL_MS);
      out.put(
          StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
          Clients.TUNED_RETRY_BACKOFF_MS);
    }
    return out;
  }

  private static String stateDir() {
    try {
      return Files.createTempDirectory("streams").toString(); // in the child's own temporary folder
    } catch (IOException e) {
      throw new UncheckedIOException("can't make a folder for Kafka Streams", e);
    }
  }

  /// A Streams client as a contender.
  private record RunningStreams(KafkaStreams streams, AtomicReference<@Nullable Throwable> thrown)
      implements Running {
    @Override
    public Optional<Throwable> failure() {
      return Optional.ofNullable(thrown.get());
    }

    @Override
    public void close() {
      streams.close(Duration.ofSeconds(30));
    }
  }
}
