package dev.phaseline.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.worker.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server runs, by the patterns of its file, and how many at once, within its limits.
final class PlacementPlanTest {
  private static final Pipelines PIPELINES =
      Pipelines.of(
          List.of(pipeline("orders", "check", "pay", "ship"), pipeline("mails", "send", "check")));

  @TempDir private Path folder;

  private static Pipeline pipeline(String name, String... phases) {
    var builder = Pipeline.named(name);
    for (var phase : phases) {
      builder.phase(phase, Codec.text(), (line, _) -> Outcome.next(line));
    }
    return builder.build();
  }

  private List<Placement> placements(String yaml) throws IOException {
    var file = Files.writeString(folder.resolve("server.yaml"), yaml);
    return PIPELINES.placements(ServerFile.read(file));
  }

  /// `pipeline.phase=permits` of each.
  private List<String> run(String yaml) throws IOException {
    var lines = new ArrayList<String>();
    for (var one : placements(yaml)) {
      lines.add(one.pipeline().name() + '.' + one.phase() + '=' + one.options().concurrency());
    }
    return lines;
  }

  private void refused(String yaml, String... words) {
    assertThatThrownBy(() -> placements(yaml))
        .isInstanceOf(ServerConfigException.class)
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void patternsTakeInAndOut() throws IOException {
    assertThat(run("phases: {orders.*: , '!orders.ship': }\n"))
        .containsExactly("orders.check=16", "orders.pay=16");
    assertThat(run("phases: {'*.check': {concurrency: 2}}\n"))
        .containsExactly("mails.check=2", "orders.check=2");
    assertThat(run("phases: {'!orders.*': }\n")).containsExactly("mails.send=16", "mails.check=16");
    assertThat(run("phases: {'*': , '!*.s*': , orders.ship: }\n"))
        .containsExactly("mails.check=16", "orders.check=16", "orders.pay=16", "orders.ship=16");
  }

  @Test
  void laterPatternsAddToEarlierOnes() throws IOException {
    var all =
        placements(
            "phases:\n  orders.*: {concurrency: 8, timeout: 5s}\n  orders.pay: {concurrency: 2}\n");

    assertThat(all).extracting(Placement::phase).containsExactly("check", "pay", "ship");
    assertThat(all).extracting(one -> one.options().concurrency()).containsExactly(8, 2, 8);
    assertThat(all).allMatch(one -> one.options().timeout().toSeconds() == 5);
  }

  @Test
  void whatMatchesNothingIsNamedWithTheRemedy() {
    refused("phases: {'order.*': }\n", "phases.order.* matches no phase", "orders.pay");
    refused("phases: {'!orders.shop': }\n", "pipeline 'orders' has no phase 'shop'", "ship");
    refused("phases: {order.pay: }\n", "unknown pipeline 'order'", "orders");
    refused("phases: {orders: }\n", "'orders' names no phase", "cities.*");
    refused("phases: {'!orders.ship': {concurrency: 2}}\n", "takes phases out");
    refused("phases: {'orders.*': , '!*': }\n", "leave no phase");
    refused("phases:\n  !orders.ship:\n", "quote");
  }

  @Test
  void capacityIsDividedByWeightAndNeverExceeded() throws IOException {
    assertThat(run("capacity: 12\nphases: {orders.*: , orders.pay: {weight: 4}}\n"))
        .containsExactly("orders.check=2", "orders.pay=8", "orders.ship=2");
    assertThat(run("capacity: 12\nphases: {orders.*: , orders.pay: {weight: 4, concurrency: 2}}\n"))
        .as("what one does not take goes to the others")
        .containsExactly("orders.check=5", "orders.pay=2", "orders.ship=5");
    assertThat(run("capacity: 1000\nphases: {mails.*: }\n"))
        .as("no more than declared")
        .containsExactly("mails.send=16", "mails.check=16");
    assertThat(
            run("capacity: 5\n").stream().mapToInt(s -> Integer.parseInt(s.split("=", 2)[1])).sum())
        .isEqualTo(5);
    refused("capacity: 4\n", "capacity 4 is less than one handler for each of the 5 lanes");
    refused("capacity: many\n", "line 1: capacity must be a whole number from 1, not 'many'");
    refused("phases: {orders.pay: {weight: 0}}\n", "weight must be a whole number from 1");
  }

  @Test
  void aPhaseOnStandbyIsPlacedWithoutAShareOfTheHandlers() throws IOException {
    var all =
        placements("capacity: 12\nphases: {'*': {standby: true}, orders.pay: {standby: false}}\n");
    assertThat(all.stream().filter(one -> !one.standby()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.phase()).isEqualTo("pay");
              assertThat(one.options().concurrency()).isEqualTo(12);
            });
    assertThat(all).hasSize(5);
    refused("phases: {orders.pay: {standby: maybe}}\n", "orders.pay.standby must be true or false");
  }

  @Test
  void memoryIsDividedByWeightAmongLanes() throws IOException {
    var all =
        placements("memory: 16MiB\nphases: {mails.send: {weight: 3, lanes: 2}, mails.check: }\n");

    assertThat(all)
        .extracting(one -> one.options().limits().inFlightBytesMax())
        .containsExactly(6L << 20, 4L << 20);
    assertThat(placements("memory: 4GiB\n"))
        .allMatch(one -> one.options().limits().inFlightBytesMax() == 64L << 20);
    refused("memory: 2MiB\n", "memory leaves", "a lane of mails.send", "less than one payload");
    refused("memory: lots\n", "memory must be a size like 512MiB or 2GiB, not 'lots'");
  }
}
