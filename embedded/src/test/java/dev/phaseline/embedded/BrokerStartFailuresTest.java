package dev.phaseline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phaseline.embedded.BrokerStartException.Reason;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every way a start can fail says in one line what is wrong, where, and what to do.
@Tag("broker")
final class BrokerStartFailuresTest {
  @TempDir private Path folder;

  @Test
  void takenPortIsNamed() {
    try (var taken = BrokerPorts.bind("127.0.0.1", 0)) {
      var failure = startFails(config().withPort(taken.port()), Reason.PORT_TAKEN);
      assertThat(failure).hasMessageContaining("127.0.0.1:" + taken.port());
    }
    EmbeddedBroker.start(config()).close(); // and nothing stays behind in the folder
  }

  @Test
  void addressOfAnotherMachineIsNotCalledATakenPort() {
    var failure = startFails(config().withHost("192.0.2.1"), Reason.BAD_SETTING);
    assertThat(failure).hasMessageContaining("192.0.2.1").hasMessageContaining("127.0.0.1");
  }

  @Test
  void folderThatCanNotBeMadeIsNamed() throws Exception {
    var file = Files.writeString(folder.resolve("file"), "not a folder");
    var config = EmbeddedBroker.Config.in(file.resolve("data"));
    var failure = startFails(config, Reason.FOLDER_UNWRITABLE);
    assertThat(failure).hasMessageContaining(file.resolve("data").toString());
  }

  @Test
  void folderThatCanNotBeWrittenIsNamed() {
    // Root may write anywhere, but not here.
    var failure =
        startFails(EmbeddedBroker.Config.in(Path.of("/proc/self")), Reason.FOLDER_UNWRITABLE);
    assertThat(failure).hasMessageContaining("choose another folder");
  }

  @Test
  void folderOfARunningBrokerNamesItsProcess() {
    try (var running = EmbeddedBroker.start(config())) {
      var failure = startFails(config(), Reason.FOLDER_LOCKED);
      assertThat(failure)
          .hasMessageContaining(data().toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      assertThat(running.isRunning()).isTrue();
    }
    EmbeddedBroker.start(config()).close();
  }

  @Test
  void folderOfAnyOtherRunningKafkaIsRefused() throws Exception {
    EmbeddedBroker.start(config()).close();
    try (var kafka =
        FileChannel.open(
            data().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(kafka.tryLock()).isNotNull();
      startFails(config(), Reason.FOLDER_LOCKED);
    }
  }

  @Test
  void emptyIdentityIsDamage() throws Exception {
    EmbeddedBroker.start(config()).close();
    Files.writeString(data().resolve("meta.properties"), "");
    var failure = startFails(config(), Reason.FOLDER_DAMAGED);
    assertThat(failure)
        .hasMessageContaining(data().resolve("meta.properties").toString())
        .hasMessageContaining("delete the folder");
  }

  @Test
  void identityOfBytesThatAreNotTextIsDamage() throws Exception {
    EmbeddedBroker.start(config()).close();
    Files.write(data().resolve("meta.properties"), new byte[] {(byte) 0xff, 0, 0x5c, 0x75, 1});
    startFails(config(), Reason.FOLDER_DAMAGED);
  }

  @Test
  void unreadableDirectoryIdIsDamage() throws Exception {
    EmbeddedBroker.start(config()).close();
    identity("version=1\ncluster.id=abc\nnode.id=1\ndirectory.id=???\n");
    startFails(config(), Reason.FOLDER_DAMAGED);
  }

  @Test
  void anotherNodesFolderIsForeign() throws Exception {
    Files.createDirectories(data());
    identity("version=1\ncluster.id=abc\nnode.id=7\ndirectory.id=AAAAAAAAAAAAAAAAAAAAFQ\n");
    var failure = startFails(config(), Reason.FOLDER_FOREIGN);
    assertThat(failure).hasMessageContaining("node.id is 7");
  }

  @Test
  void zooKeeperErasFolderIsRefused() throws Exception {
    Files.createDirectories(data());
    identity("version=0\ncluster.id=abc\nbroker.id=1\n");
    startFails(config(), Reason.FOLDER_DAMAGED);
  }

  @Test
  void folderWithSomebodysFilesIsLeftAlone() throws Exception {
    Files.createDirectories(data());
    Files.writeString(data().resolve("thesis.txt"), "three years of work");
    var failure = startFails(config(), Reason.FOLDER_FOREIGN);
    assertThat(failure).hasMessageContaining("thesis.txt");
    assertThat(data().resolve("meta.properties")).doesNotExist();
  }

  @Test
  void interruptedFormattingIsDoneAgain() throws Exception {
    Files.createDirectories(data());
    Files.writeString(data().resolve("bootstrap.checkpoint.tmp"), "half");
    Files.writeString(data().resolve("meta.properties.tmp"), "half");
    EmbeddedBroker.start(config()).close();
  }

  @Test
  void fullDiskIsSaidBeforeAnythingIsWritten() {
    var failure = startFails(config().withFreeBytesMin(Long.MAX_VALUE), Reason.DISK_FULL);
    assertThat(failure).hasMessageContaining("MiB free");
    assertThat(data().resolve("meta.properties")).doesNotExist();
  }

  @Test
  void misspelledPropertyIsNamed() {
    var config = config().withProperties(Map.of("group.consumer.sesion.timeout.ms", "5000"));
    var failure = startFails(config, Reason.BAD_SETTING);
    assertThat(failure)
        .hasMessageContaining("group.consumer.sesion.timeout.ms")
        .hasMessageContaining("did you mean 'group.consumer.session.timeout.ms'");
  }

  @Test
  void propertyThatIsOursIsRefused() {
    startFails(config().withProperties(Map.of("log.dirs", "/tmp")), Reason.BAD_SETTING);
  }

  @Test
  void propertyWithABadValueIsNamed() {
    var config = config().withProperties(Map.of("offsets.topic.num.partitions", "many"));
    var failure = startFails(config, Reason.BAD_SETTING);
    assertThat(failure).hasMessageContaining("offsets.topic.num.partitions");
  }

  @Test
  void portOutOfRangeIsNoConfig() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config().withPort(70_000))
        .withMessageContaining("70000");
  }

  private Path data() {
    return folder.resolve("data");
  }

  private EmbeddedBroker.Config config() {
    return EmbeddedBroker.Config.in(data());
  }

  private void identity(String text) throws Exception {
    Files.writeString(data().resolve("meta.properties"), text);
  }

  private static BrokerStartException startFails(EmbeddedBroker.Config config, Reason reason) {
    var failure =
        catchThrowableOfType(
            BrokerStartException.class, () -> EmbeddedBroker.start(config).close());
    assertThat(failure).isNotNull();
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
    assertThat(failure.getMessage()).doesNotContain("\n");
    return failure;
  }
}
