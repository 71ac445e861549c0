package dev.phaseline.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.queue.DeadCause;
import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.UnknownQueueException;
import dev.phaseline.queue.sql.SqlDeadLetters;
import dev.phaseline.queue.sql.SqlQueueStorage;
import dev.phaseline.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/// The contract on queues in a database, and its dead letters.
abstract class SqlQueueContract extends QueueContract {
  private final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");

  /// The database, shared by a class's tests.
  protected abstract DataSource database();

  /// Its address, for other processes.
  protected abstract String address();

  private SqlQueueStorage storage() {
    return SqlQueueStorage.on(database(), clock).withPollEvery(Duration.ofMillis(20));
  }

  @Override
  protected Queues connect() {
    return Queues.over(storage());
  }

  @Override
  protected void pass(Duration time) {
    clock.advance(time);
  }

  @Override
  protected List<DeadItem> dead(String queueName) {
    return storage().deadLetters().list(queueName, 0, 100).stream()
        .map(SqlDeadLetters.Kept::letter)
        .toList();
  }

  @Test
  void aLetterCanBeRedrivenOnce() throws Exception {
    var options = ItemOptions.DEFAULT.withId("x").withHeaders(Map.of("a b", "c=d;é"));
    queue.createItem("a", options);
    var item = claimed(queue);
    queue.bury(item, DeadCause.rejected("a\0b"));
    var letters = storage().deadLetters();
    var kept = letters.list(name, 0, 10).getFirst();
    assertThat(kept.letter().cause().reason()).isEqualTo("a\\0b");
    assertThat(letters.redrive(name, kept.number())).isTrue();
    assertThat(letters.redrive(name, kept.number())).isFalse();
    assertThat(letters.list(name, 0, 10)).isEmpty();
    var again = claimed(queue);
    assertThat(again.id()).isEqualTo("x");
    assertThat(again.headers()).isEqualTo(options.headers());
    assertThat(again.created()).isEqualTo(item.created());
    assertThat(again.deliveries()).isEqualTo(1);
    nothingIn(queue);
  }

  @Test
  void aLetterOfAQueueThatIsGoneStays() throws Exception {
    queue.createItem("a");
    queue.bury(claimed(queue), DeadCause.rejected("no"));
    queue.deleteQueue();
    var letters = storage().deadLetters();
    var number = letters.list(name, 0, 10).getFirst().number();
    assertThatThrownBy(() -> letters.redrive(name, number))
        .isInstanceOf(UnknownQueueException.class);
    assertThat(letters.list(name, 0, 10)).hasSize(1);
    assertThat(letters.discard(name, number)).isTrue();
    assertThat(letters.discard(name, number)).isFalse();
  }

  @Test
  void lettersAreListedInParts() throws Exception {
    for (var i = 0; i < 3; i++) {
      queue.createItem("item " + i);
      queue.bury(claimed(queue), DeadCause.rejected("no"));
    }
    var letters = storage().deadLetters();
    var first = letters.list(name, 0, 2);
    var rest = letters.list(name, first.getLast().number(), 2);
    assertThat(first).hasSize(2);
    assertThat(rest).hasSize(1);
    assertThat(rest.getFirst().letter().item().payload()).asString().isEqualTo("item 2");
  }

  @Test
  void aDatabaseThatFailsIsSaidToHaveFailed() {
    var broken = new FailingSource(new SQLException("the connection was refused", "08001"));
    var away = Queues.over(SqlQueueStorage.on(broken)).open(name, Codec.text());
    assertThatThrownBy(() -> away.createItem("a"))
        .isInstanceOf(QueueUnavailableException.class)
        .hasMessage(
            "queue '" + name + "' can't be used: its database failed: the connection was refused");
  }

  /// Kills processes that hold items: what they have deleted is gone, what they held comes back
  /// when their leases end, and nothing else is delivered twice.
  @Test
  void itemsOfKilledProcessesComeBackWhenTheirLeasesEnd() throws Exception {
    var here = Queues.over(SqlQueueStorage.on(database())).open(name, Codec.text());
    here.createItems(IntStream.range(0, 12).mapToObj(i -> NewItem.of("item " + i)).toList());
    var lines = new ArrayList<String>();
    var dying = new ArrayList<Process>();
    for (var i = 0; i < 2; i++) dying.add(start(DyingConsumer.class, address(), name, "4"));
    for (var process : dying) {
      lines.addAll(linesUntilReady(process));
      process.destroyForcibly().waitFor();
    }
    var seen = new HashMap<String, Integer>();
    while (seen.size() < 10) {
      var items = here.claim(10, Duration.ofMinutes(1), Duration.ofSeconds(20));
      assertThat(items).as("after %s", seen).isNotEmpty();
      for (var item : items) {
        seen.put(item.data(), item.deliveries());
        here.delete(item);
      }
    }
    assertThat(here.count().total()).isZero();
    for (var i = 0; i < 12; i++) {
      var data = "item " + i;
      if (lines.contains("deleted " + data)) assertThat(seen).doesNotContainKey(data);
      else assertThat(seen).containsEntry(data, lines.contains("holds " + data) ? 2 : 1);
    }
    assertThat(lines).filteredOn(line -> line.startsWith("holds ")).hasSize(6);
  }

  private static Process start(Class<?> main, String... args) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static List<String> linesUntilReady(Process process) throws IOException {
    var lines = new ArrayList<String>();
    var out = process.inputReader();
    for (var line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
      assertThat(line).as("after %s", lines).isNotNull();
      lines.add(line);
    }
    return lines;
  }
}
