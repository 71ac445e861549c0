package dev.phaseline.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.embedded.FrozenProcess;
import dev.phaseline.schemas.TopicNames;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Transfers between accounts through two phases in three workers, whose processes are killed and
/// frozen, while processes of the database are killed and connections broken. At the end each
/// transfer is in the accounts once. Without rows of effects the same checker finds doubled ones.
@Tag("broker")
final class LedgerTest {
  private static final int PARTITIONS = 6;
  private static final Duration BOUND = Duration.ofMinutes(20);

  /// What happens to whom, in turn.
  private enum Fault {
    /// A worker dies between the database's commit and Kafka's.
    DIES_BETWEEN_COMMITS,
    /// SIGKILL to a worker.
    WORKER_KILLED,
    /// SIGKILL to a process of the database server, which ends all its sessions and recovers.
    DATABASE_KILLED,
    /// All connections are broken.
    CONNECTIONS_BROKEN,
    /// A worker stands still until others have its work, and goes on.
    WORKER_FROZEN
  }

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static TestDatabase database;

  @BeforeAll
  static void start() throws IOException {
    broker =
        EmbeddedBroker.start(
            EmbeddedBroker.Config.in(folder.resolve("kafka"))
                .withProperties(
                    Map.of(
                        "group.consumer.session.timeout.ms", "1000",
                        "group.consumer.min.session.timeout.ms", "1000",
                        "group.consumer.heartbeat.interval.ms", "300",
                        "group.consumer.min.heartbeat.interval.ms", "100")));
    var server = PostgresServer.start(folder);
    database = TestDatabase.of(server.url(), SqlDialect.POSTGRESQL, server);
  }

  @AfterAll
  static void stop() throws IOException {
    database.close();
    broker.close();
  }

  @Test
  void eachTransferHappensOnceWhateverDies() throws Exception {
    assertThat(problemsAfter(new Run("once", true, 1_500, 1_000, Fault.values().length))).isEmpty();
  }

  /// So the checker is known to see what it is for.
  @Test
  void withoutRowsOfEffectsTransfersAreDoubled() throws Exception {
    assertThat(problemsAfter(new Run("plain", false, 200, 1_000, 1)))
        .isNotEmpty()
        .anyMatch(problem -> problem.endsWith(" was done 2 times"));
  }

  @Test
  @Tag("soak")
  void aHundredThousandTransfersAndThirtyFaults() throws Exception {
    assertThat(problemsAfter(new Run("long", true, 100_000, 1_000, 30))).isEmpty();
  }

  /// @param name of the namespace
  /// @param faults how many, at least one of each kind if there are enough
  private record Run(String name, boolean isExactlyOnce, int transfers, int accounts, int faults) {}

  private static List<String> problemsAfter(Run run) throws Exception {
    var seed = Long.getLong("phaseline.seed", System.nanoTime());
    System.out.println("LedgerTest: -Dphaseline.seed=" + seed);
    var ledger = new Ledger(database, run.accounts(), run.transfers());
    ledger.create();
    createTopics(run);
    submit(run);
    var workers = new HashMap<Integer, Process>();
    try (var done = new DoneCount(run.name())) {
      for (var i = 0; i < 3; i++) workers.put(i, worker(run, i));
      for (var fault = 0; fault < run.faults(); fault++) {
        // the faults are spread over the work
        var share = (long) run.transfers() * (fault + 1) / (run.faults() + 2);
        await("transfer " + share, () -> done.read() >= share, run, workers);
        happen(
            Fault.values()[fault % Fault.values().length], run, workers, new Random(seed + fault));
      }
      await("all transfers", () -> done.read() >= run.transfers(), run, workers);
      assertThat(done.read()).as("ends, seed " + seed).isEqualTo(run.transfers());
    } finally {
      end(workers.values());
    }
    return ledger.problems();
  }

  private static void createTopics(Run run) throws Exception {
    var names = new TopicNames(run.name());
    try (var admin = Admin.create(broker.clientConfig())) {
      var topics = new ArrayList<NewTopic>();
      for (var name :
          List.of(
              names.phase("ledger", "debit"),
              names.phase("ledger", "credit"),
              names.done("ledger"),
              names.dead("ledger"))) {
        topics.add(new NewTopic(name, PARTITIONS, (short) 1));
      }
      admin.createTopics(topics).all().get(60, TimeUnit.SECONDS);
    }
  }

  private static void submit(Run run) throws Exception {
    var bytes = new ByteArraySerializer();
    var topic = new TopicNames(run.name()).phase("ledger", "debit");
    try (var producer = new KafkaProducer<>(broker.clientConfig(), bytes, bytes)) {
      for (var number = 0; number < run.transfers(); number++) {
        var text = Integer.toString(number).getBytes(UTF_8);
        var _ = producer.send(new ProducerRecord<>(topic, text, text));
      }
      producer.flush();
    }
  }

  private static Path trap(Run run) {
    return folder.resolve("trap-" + run.name());
  }

  private static Process worker(Run run, int number) throws IOException {
    var setup =
        new LedgerWorker.Setup(
            broker.bootstrapServers(),
            run.name(),
            "w" + number,
            database.url(),
            run.accounts(),
            run.isExactlyOnce(),
            trap(run));
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LedgerWorker.class.getName());
    command.addAll(List.of(setup.arguments()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(folder.resolve("worker-" + number + ".log").toFile()))
        .start();
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws Exception;
  }

  /// Waits, and starts workers again that have died.
  private static void await(
      String what, Condition condition, Run run, Map<Integer, Process> workers) throws Exception {
    var endNanos = System.nanoTime() + BOUND.toNanos();
    while (!condition.holds()) {
      for (var number : List.copyOf(workers.keySet())) {
        var process = workers.get(number);
        if (process != null && !process.isAlive()) workers.put(number, worker(run, number));
      }
      if (System.nanoTime() - endNanos > 0) {
        throw new AssertionError("not within " + BOUND + ": " + what + "\n" + logs());
      }
    }
  }

  private static String logs() throws IOException {
    var text = new StringBuilder();
    for (var i = 0; i < 3; i++) {
      var log = Files.readString(folder.resolve("worker-" + i + ".log"));
      text.append(log, Math.max(0, log.length() - 2_000), log.length());
    }
    return text.toString();
  }

  private static void happen(Fault fault, Run run, Map<Integer, Process> workers, Random chance)
      throws Exception {
    System.out.println("LedgerTest: " + fault);
    var victim = workers.get(chance.nextInt(workers.size()));
    if (victim == null) throw new AssertionError("no worker");
    switch (fault) {
      case DIES_BETWEEN_COMMITS -> {
        Files.createFile(trap(run));
        await("a worker has died", () -> !Files.exists(trap(run)), run, workers);
      }
      case WORKER_KILLED -> end(List.of(victim));
      case DATABASE_KILLED -> killBackend();
      case CONNECTIONS_BROKEN ->
          database.number(
              "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                  + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
      case WORKER_FROZEN -> {
        if (!victim.isAlive()) return;
        FrozenProcess.freeze(victim.pid());
        TimeUnit.SECONDS.sleep(2); // beyond the session, whose time is the broker's
        FrozenProcess.thaw(victim.pid());
      }
    }
  }

  private static void killBackend() throws Exception {
    long pid;
    try {
      pid = database.number("SELECT pg_backend_pid()");
    } catch (SQLException recovering) {
      return; // it is still at the last one
    }
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  private static void end(Collection<Process> workers) {
    for (var each : workers) each.destroyForcibly();
    for (var each : workers) each.onExit().join();
  }

  /// Counter of the ends of transfers.
  private static final class DoneCount implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private int count;

    DoneCount(String namespace) {
      var settings = new HashMap<>(broker.clientConfig());
      settings.put("isolation.level", "read_committed");
      var bytes = new ByteArrayDeserializer();
      consumer = new KafkaConsumer<>(settings, bytes, bytes);
      var partitions = new ArrayList<TopicPartition>();
      for (var i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(new TopicNames(namespace).done("ledger"), i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }

    int read() {
      count += consumer.poll(Duration.ofMillis(50)).count();
      return count;
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
