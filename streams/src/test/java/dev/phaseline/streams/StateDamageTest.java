package dev.phaseline.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/// Local state that something has damaged, met by the real stores. Needs no broker: stores are
/// opened before anything is asked of one.
final class StateDamageTest {
  private static final String STORE = "things";

  @TempDir private Path folder;
  private ServiceStart<IllegalStateException> start;
  private Path task;

  @BeforeEach
  void storedState() throws Exception {
    var service = new ServiceName("clock", "tick", folder, "docs/clock.md");
    start =
        new ServiceStart<>(service, Map.of(), Duration.ofSeconds(1), IllegalStateException::new);
    task = folder.resolve("app/0_1");
    var store = Files.createDirectories(task.resolve("rocksdb").resolve(STORE));
    RocksDB.loadLibrary();
    try (var options = new Options().setCreateIfMissing(true);
        var db = RocksDB.open(options, store.toString())) {
      db.put(new byte[] {1}, new byte[] {2});
    }
  }

  @Test
  void aStoreWhoseManifestIsMissingIsRemovedAndTheServiceStarts() throws Exception {
    Files.writeString(task.resolve("rocksdb/things/CURRENT"), "MANIFEST-000999\n", UTF_8);
    assertThatThrownBy(this::started).isInstanceOf(ProcessorStateException.class);

    try (var streams = start.overSoundState("app", this::started)) {
      assertThat(streams.state().isRunningOrRebalancing()).isTrue();
    }
    assertThat(task.resolve("rocksdb/things/CURRENT")).doesNotExist();
  }

  @Test
  void aStoreWithAManifestOfGarbageIsRemovedAndTheServiceStarts() throws Exception {
    try (var files = Files.list(task.resolve("rocksdb/things"))) {
      for (var file : files.filter(f -> f.toString().contains("MANIFEST")).toList()) {
        Files.write(file, new byte[500]);
      }
    }
    try (var streams = start.overSoundState("app", this::started)) {
      assertThat(streams.state().isRunningOrRebalancing()).isTrue();
    }
  }

  @Test
  void aCheckpointOfGarbageIsRemovedAndTheServiceStarts() throws Exception {
    Files.writeString(task.resolve(".checkpoint"), "garbage\u0000\n1\n2", UTF_8);
    try (var streams = start.overSoundState("app", this::started)) {
      assertThat(streams.state().isRunningOrRebalancing()).isTrue();
    }
  }

  @Test
  void stateThatTheDiskOrRightsKeepFromBeingReadStays() {
    var application = folder.resolve("app");
    var at = "Error opening store things at location " + task;
    assertThat(StateDamage.folder(failure(at, "Corruption: bad block"), application))
        .hasValue(task);
    for (var trouble :
        new String[] {
          "IO error: No space left on device",
          "IO error: Permission denied",
          "While lock file: " + task + ": Resource temporarily unavailable",
          "IO error: Too many open files"
        }) {
      assertThat(StateDamage.folder(failure(at, trouble), application)).as(trouble).isEmpty();
    }
    var denied = new ProcessorStateException(at, new AccessDeniedException(task.toString()));
    assertThat(StateDamage.folder(denied, application)).isEmpty();
    assertThat(StateDamage.folder(new IllegalStateException(at), application))
        .as("it is not about state")
        .isEmpty();
    assertThat(StateDamage.folder(failure("at /elsewhere/0_2", "Corruption"), application))
        .as("it is another's folder")
        .isEmpty();
  }

  private static ProcessorStateException failure(String message, String cause) {
    return new ProcessorStateException(message, new RocksDBException(cause));
  }

  private KafkaStreams started() {
    var builder = new StreamsBuilder();
    builder.table(
        "topic",
        Materialized.<byte[], byte[]>as(Stores.persistentKeyValueStore(STORE))
            .withKeySerde(Serdes.ByteArray())
            .withValueSerde(Serdes.ByteArray()));
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "app");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    var streams = new KafkaStreams(builder.build(), settings);
    try {
      streams.start();
      return streams;
    } catch (RuntimeException failed) {
      streams.close(Duration.ofSeconds(10));
      throw failed;
    }
  }
}
