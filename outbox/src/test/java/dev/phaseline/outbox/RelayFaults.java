package dev.phaseline.outbox;

import dev.phaseline.embedded.FrozenProcess;
import dev.phaseline.jdbc.TestDatabase;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Two relays in processes of their own, which are started again when they die, and the faults that
/// happen to them and to their database.
///
/// @param database PostgreSQL
/// @param brokers the broker's address
/// @param namespace of the topics
/// @param folder for logs and the trap
/// @param processes the relays, by number
record RelayFaults(
    TestDatabase database, String brokers, String namespace, Path folder, List<Process> processes)
    implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(3);
  private static final int RELAYS = 2;

  /// Kinds of faults, which come in turn.
  enum Fault {
    /// The relay that publishes dies between Kafka's commit and the database's.
    DIES_BETWEEN_COMMITS,
    /// SIGKILL to both.
    KILLED,
    /// All connections are broken.
    CONNECTIONS_BROKEN,
    /// One stands still until the other has its place, and goes on.
    FROZEN,
    /// SIGKILL to a process of the database server, which ends all its sessions and recovers.
    DATABASE_KILLED
  }

  static RelayFaults start(TestDatabase database, String brokers, String namespace, Path folder)
      throws IOException {
    var faults = new RelayFaults(database, brokers, namespace, folder, new ArrayList<>());
    for (var i = 0; i < RELAYS; i++) faults.processes.add(faults.process(i));
    return faults;
  }

  private Path trap() {
    return folder.resolve("trap");
  }

  private Path log(int number) {
    return folder.resolve("relay-" + number + ".log");
  }

  private Process process(int number) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(RelayProcess.class.getName());
    command.addAll(
        List.of(brokers, namespace, "relay-" + number, database.url(), trap().toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log(number).toFile()))
        .start();
  }

  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  /// Waits, and starts relays again that have died.
  void await(String what, Condition condition) throws Exception {
    var endNanos = System.nanoTime() + BOUND.toNanos();
    while (!condition.holds()) {
      for (var i = 0; i < RELAYS; i++) {
        if (!processes.get(i).isAlive()) processes.set(i, process(i));
      }
      if (System.nanoTime() - endNanos > 0) {
        throw new AssertionError("not within " + BOUND + ": " + what + "\n" + logs());
      }
      TimeUnit.MILLISECONDS.sleep(20); // processes and the database have no other sign
    }
  }

  private String logs() throws IOException {
    var text = new StringBuilder();
    for (var i = 0; i < RELAYS; i++) {
      var log = Files.readString(log(i));
      text.append(log, Math.max(0, log.length() - 2_000), log.length());
    }
    return text.toString();
  }

  void happen(Fault fault, Random chance) throws Exception {
    System.out.println("OutboxRelayTest: " + fault);
    switch (fault) {
      case DIES_BETWEEN_COMMITS -> {
        Files.createFile(trap());
        await("a relay has died", () -> !Files.exists(trap()));
      }
      case KILLED -> {
        for (var process : processes) process.destroyForcibly();
        for (var process : processes) process.onExit().join();
      }
      case CONNECTIONS_BROKEN ->
          database.number(
              "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                  + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
      case FROZEN -> {
        var victim = processes.get(chance.nextInt(RELAYS));
        if (!victim.isAlive()) return;
        FrozenProcess.freeze(victim.pid());
        TimeUnit.SECONDS.sleep(1); // beyond the silence after which the other takes over
        FrozenProcess.thaw(victim.pid());
      }
      case DATABASE_KILLED -> killBackend();
    }
  }

  private void killBackend() throws Exception {
    long pid;
    try {
      pid = database.number("SELECT pg_backend_pid()");
    } catch (SQLException recovering) {
      return; // it is still at the last one
    }
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  @Override
  public void close() {
    for (var each : processes) each.destroyForcibly();
    for (var each : processes) each.onExit().join();
  }
}
