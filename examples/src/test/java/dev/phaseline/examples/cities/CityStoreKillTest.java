package dev.phaseline.examples.cities;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.examples.cities.CityStore.Changes;
import dev.phaseline.examples.cities.CityStore.Writer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CityStoreKillTest {
  private static final int KILLS = 3;

  @TempDir private Path folder;

  @Test
  void whatWasReportedIsThereAfterAKill() throws Exception {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var file = folder.resolve("cities.db");
    var reported = new ArrayList<Long>();
    for (var kill = 1; kill <= KILLS; kill++) {
      reported.addAll(upsertUntilKilled(file, reported.size() + 1L, 1 + random.nextInt(3_000)));
      try (var store = CityStore.open(file)) {
        for (var id : reported) {
          assertThat(store.find(id)).as("seed %s, kill %s", seed, kill).contains(city(id));
        }
        // the one write that nobody heard of may be there or not
        assertThat(store.count() - reported.size()).as("seed " + seed).isBetween(0L, 1L);
        assertThat(store.changedBy("run")).isEqualTo(new Changes(store.count(), 0));
      }
    }
  }

  /// Starts a JVM that upserts from an id on and says each id once it is stored; kills it in the
  /// middle.
  ///
  /// @return the ids that it said
  private static List<Long> upsertUntilKilled(Path file, long from, int killAfter)
      throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Upserts.class.getName(),
                file.toString(),
                Long.toString(from))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var said = new ArrayList<Long>();
    try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.endsWith(".")) break; // cut off by the kill
        said.add(Long.parseLong(line.substring(0, line.length() - 1)));
        if (said.size() == killAfter) process.toHandle().destroyForcibly(); // the pipe stays
      }
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the child has ended").isTrue();
    }
    assertThat(said).as("ids that the child reported").hasSizeGreaterThanOrEqualTo(killAfter);
    return said;
  }

  private static CleanCity city(long id) {
    return new CleanCity(
        id, "City " + id, "city-" + id, "CH", "", "PPL", "BE", OptionalInt.empty(), 46.9, 7.4, 1);
  }

  /// The child's program.
  static final class Upserts {
    private Upserts() {}

    public static void main(String[] args) throws SQLException {
      try (var store = CityStore.open(Path.of(args[0]))) {
        for (var id = Long.parseLong(args[1]); id < 1_000_000; id++) {
          var stored = store.upsert(city(id), new Writer("key-" + id, "run-CH"));
          if (stored.isEmpty()) throw new IllegalStateException("a conflict");
          System.out.println(id + ".");
        }
      }
    }
  }
}
