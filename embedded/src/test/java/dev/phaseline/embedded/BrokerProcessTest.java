package dev.phaseline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phaseline.embedded.BrokerStartException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class BrokerProcessTest {
  @TempDir private Path folder;

  @Test
  void keepsAcknowledgedRecordsThroughKillsAndComesBackOnTheSamePort() throws Exception {
    var config = EmbeddedBroker.Config.in(folder.resolve("data"));
    var port = 0;
    for (var round = 0; round < 2; round++) {
      try (var broker = BrokerProcess.start(config.withPort(port))) {
        if (round == 0) EmbeddedBrokerTest.createTopic(broker.clientConfig());
        else assertThat(broker.port()).isEqualTo(port);
        port = broker.port();
        try (var producer = EmbeddedBrokerTest.producer(broker.clientConfig(), Map.of())) {
          producer.send(new ProducerRecord<>("jobs", "round " + round)).get(120, TimeUnit.SECONDS);
          broker.kill();
          assertThat(broker.isAlive()).isFalse();
        }
      }
    }
    try (var broker = EmbeddedBroker.start(config)) { // and in process, on the same data
      assertThat(EmbeddedBrokerTest.readAsGroup(broker.clientConfig(), 2))
          .containsExactly("round 0", "round 1");
    }
  }

  @Test
  void transactionCommittedBeforeAKillIsSeenSoonAfterTheRestart() throws Exception {
    var config = EmbeddedBroker.Config.in(folder.resolve("data"));
    for (var round = 0; round < 2; round++) {
      try (var broker = BrokerProcess.start(config)) {
        if (round == 0) EmbeddedBrokerTest.createTopic(broker.clientConfig());
        EmbeddedBrokerTest.sendInTransaction(broker.clientConfig(), "round " + round, true);
        broker.kill();
      }
    }
    try (var broker = EmbeddedBroker.start(config)) {
      assertThat(EmbeddedBrokerTest.readAsGroup(broker.clientConfig(), 2))
          .containsExactly("round 0", "round 1");
    }
  }

  @Test
  void endsCleanlyWhenClosed() throws Exception {
    var broker = BrokerProcess.start(EmbeddedBroker.Config.in(folder.resolve("data")));
    broker.close();
    broker.close();
    assertThat(broker.isAlive()).isFalse();
    // Kafka leaves this file only behind a clean stop.
    assertThat(folder.resolve("data/.kafka_cleanshutdown")).exists();
  }

  @Test
  void endsWhenItsParentIsKilled() throws Exception {
    var parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BrokerParent.class.getName(),
                folder.resolve("data").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    ProcessHandle child;
    try (var lines = parent.inputReader()) {
      var pid = lines.readLine();
      assertThat(pid).as("the child's process id").isNotNull();
      child = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      assertThat(child.isAlive()).isTrue();
      parent.destroyForcibly();
    }
    child.onExit().get(120, TimeUnit.SECONDS);
    EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data"))).close();
  }

  @Test
  void passesTheChildsFailureOn() throws Exception {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/thesis.txt"), "three years of work");
    var failure =
        catchThrowableOfType(
            BrokerStartException.class,
            () -> BrokerProcess.start(EmbeddedBroker.Config.in(folder.resolve("data"))).close());
    assertThat(failure.reason()).isEqualTo(Reason.FOLDER_FOREIGN);
    assertThat(failure).hasMessageContaining("thesis.txt").hasMessageContaining("empty folder");
  }

  @Test
  void saysWhereToLookWhenTheChildDoesNotGetThatFar() {
    var failure =
        catchThrowableOfType(
            BrokerStartException.class,
            () ->
                BrokerProcess.start(
                        EmbeddedBroker.Config.in(folder.resolve("data")),
                        java.util.List.of("-XX:NoSuchOption"))
                    .close());
    assertThat(failure.reason()).isEqualTo(Reason.FAILED);
    assertThat(failure).hasMessageContaining(folder.resolve("data.log").toString());
    assertThat(folder.resolve("data.log")).content().contains("NoSuchOption");
  }

  @Test
  void badArgumentsAreNamed() {
    var failure =
        catchThrowableOfType(
            BrokerStartException.class,
            () -> EmbeddedBrokerMain.parse(new String[] {"--data-dir", "x", "--prot", "1"}));
    assertThat(failure).hasMessageContaining("--prot").hasMessageContaining("usage:");
  }
}
