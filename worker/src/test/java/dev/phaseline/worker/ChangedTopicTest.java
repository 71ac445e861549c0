package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.HeaderNames;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Settings of topics that are changed under a worker.
final class ChangedTopicTest extends BrokerTest {
  private static final int SMALL = 2_000;
  private static final int LARGE = 5_000;
  private static final String REJECTED = "REJECTED";

  private final Pipeline pipeline =
      Pipeline.named("c")
          .phase("only", Codec.text(), (text, _) -> outcome(text))
          .result(Codec.text())
          .build();

  private static Outcome<String> outcome(String text) {
    return text.startsWith(REJECTED) ? Outcome.dead("on purpose") : Outcome.done(text);
  }

  private TopicView done;
  private TopicView dead;
  private Worker worker;

  @BeforeEach
  void start() {
    rig.create(pipeline, 1);
    done = rig.done(pipeline);
    dead = rig.dead(pipeline);
    worker = rig.start(pipeline);
    send("warm", 4);
    done.await(1);
  }

  private void set(String topic, String name, String value) {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var op = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    Rig.answer(rig.admin().incrementalAlterConfigs(Map.of(resource, List.of(op))).all());
  }

  private void takes(String topic, int bytes) {
    set(topic, "max.message.bytes", Integer.toString(bytes));
  }

  /// Of letters by chance, which no compression makes small.
  private void send(String id, int length) {
    var letters = new Random(id.hashCode()).ints(length, 'a', 'z' + 1);
    var text =
        letters.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
    rig.send(Rig.job(rig.topics().phase("c", "only"), id, id, text.toString()));
  }

  private void sendSmall(String name, int count) {
    for (var i = 0; i < count; i++) send(name + i, 100);
  }

  private List<String> ids(TopicView view) {
    return view.read().stream().map(ChangedTopicTest::id).toList();
  }

  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.headers().lastHeader(HeaderNames.JOB).value(), UTF_8);
  }

  private static String[] names(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> name + i).toArray(String[]::new);
  }

  private void awaitDone(int count) {
    Wait.until(count + " are done", worker::status, () -> done.read().size() >= count);
  }

  @Test
  void anItemThatATopicNoLongerTakesIsADeadLetterAndTheOthersGoOn() {
    takes(rig.topics().done("c"), SMALL);
    send("big", LARGE);
    sendSmall("small", 5);
    awaitDone(6);
    var letter = dead.await(1).getFirst();
    assertThat(TopicView.kind(letter)).isEqualTo("too_big");
    assertThat(TopicView.reason(letter)).contains("output for " + rig.topics().done("c"));
    assertThat(ids(done)).contains(names("small", 5)).doesNotHaveDuplicates();
    assertThat(Rig.status(worker, "only").aborts()).as("no livelock").isLessThan(20);
  }

  @Test
  void whatATopicTakesAgainIsDone() {
    takes(rig.topics().done("c"), SMALL);
    send("big", LARGE);
    dead.await(1);
    takes(rig.topics().done("c"), 1 << 20);
    send("again", LARGE);
    awaitDone(2);
    assertThat(ids(done)).contains("again");
    assertThat(ids(dead)).containsExactly("big");
  }

  @Test
  void severalItemsThatAreTooLargeAreAllFoundAndNoOther() {
    takes(rig.topics().done("c"), SMALL);
    for (var i = 0; i < 20; i++) send("mixed" + i, i % 4 == 0 ? LARGE : 50);
    awaitDone(1 + 15);
    dead.await(5);
    assertThat(ids(done)).hasSize(16).doesNotHaveDuplicates();
    assertThat(ids(dead))
        .containsExactlyInAnyOrder("mixed0", "mixed4", "mixed8", "mixed12", "mixed16");
  }

  @Test
  void batchesThatAreLargerThanATopicTakesAreSentInSmallerOnes() {
    takes(rig.topics().done("c"), SMALL);
    sendSmall("small", 300);
    awaitDone(301);
    assertThat(ids(done)).hasSize(301).doesNotHaveDuplicates();
    assertThat(dead.read()).isEmpty();
  }

  @Test
  void aDeadLetterThatIsTooLargeItselfIsKeptAndSaidUntilThereIsRoom() {
    takes(rig.topics().done("c"), SMALL);
    takes(rig.topics().dead("c"), SMALL);
    send("big", LARGE);
    sendSmall("small", 5);
    awaitDone(6);
    Wait.until(
        "the status says so",
        worker::status,
        () -> Rig.status(worker, "only").condition().contains("can't be written and is kept"));
    sendSmall("later", 3);
    awaitDone(9);
    assertThat(rig.committed(pipeline, "only", 0).orElseThrow().offset())
        .as("its place is kept")
        .isEqualTo(1);
    takes(rig.topics().dead("c"), 1 << 20);
    assertThat(TopicView.kind(dead.await(1).getFirst())).isEqualTo("too_big");
    Wait.until(
        "all is well", worker::status, () -> Rig.status(worker, "only").condition().isEmpty());
  }

  @Test
  void anItemWhoseRecordABrokerRefusesIsADeadLetterAndTheOthersGoOn() {
    var topic = rig.topics().done("c");
    set(topic, "cleanup.policy", "compact"); // takes no record without a key
    for (var i = 0; i < 20; i++) {
      var text = i % 4 == 0 ? "done" : REJECTED;
      rig.send(Rig.job(rig.topics().phase("c", "only"), "mixed" + i, null, text));
    }
    var letters = dead.await(20);
    assertThat(ids(dead)).doesNotHaveDuplicates();
    assertThat(letters)
        .filteredOn(letter -> TopicView.kind(letter).equals("bad_outcome"))
        .hasSize(5)
        .allSatisfy(
            letter ->
                assertThat(TopicView.reason(letter))
                    .contains("output for " + topic + " is refused by the broker"));
    set(topic, "cleanup.policy", "delete");
    send("again", 10);
    awaitDone(2);
    assertThat(ids(done)).contains("again");
    assertThat(Rig.status(worker, "only").aborts()).as("no livelock").isLessThan(60);
  }

  @Test
  void aTopicThatBecomesCompactedIsSaid() {
    set(rig.topics().phase("c", "only"), "cleanup.policy", "compact");
    Wait.until(
        "the status says so",
        worker::status,
        () -> Rig.status(worker, "only").condition().contains("cleanup.policy=compact"));
    set(rig.topics().phase("c", "only"), "cleanup.policy", "delete");
    Wait.until(
        "all is well", worker::status, () -> Rig.status(worker, "only").condition().isEmpty());
  }
}
