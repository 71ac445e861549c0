package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.schemas.TopicNames;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;

/// The time that a job takes from the commit in PostgreSQL until a reader of committed records
/// holds it, at 1,000 transactions a second, and how many jobs a second come in a burst.
record Outboxes() implements Bench {
  private static final int PARTITIONS = 8;
  private static final int PER_SECOND = 1_000;
  private static final int THREADS = 8;
  private static final int WARM_UP = 10_000;
  private static final int WARM_UP_QUICK = 5_000;
  private static final int ITEMS = 60_000;
  private static final int ITEMS_QUICK = 10_000;
  private static final int BURST = 200_000;
  private static final int BURST_QUICK = 60_000;
  private static final int IN_ONE = 100;
  private static final double P99_MAX_MS = 100;
  private static final double BURST_MIN = 20_000;
  private static final String P99 = "p99 ms";
  private static final String RATE = "jobs/s";

  @Override
  public String name() {
    return "outbox";
  }

  @Override
  public String summary() {
    return "jobs submitted in PostgreSQL: commit to topic at 1,000/s, and a burst";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of();
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var warmUp = plan.quick() ? WARM_UP_QUICK : WARM_UP;
    var items = plan.itemsOr(ITEMS, ITEMS_QUICK);
    var burst = plan.quick() ? BURST_QUICK : BURST;
    var steadily = new Row("%,d/s".formatted(PER_SECOND), items);
    var atOnce = new Row("burst", burst);
    try (var postgres = Postgres.start(rig.folder());
        var flow = new OutboxFlow(rig.clientConfig(), names(rig), PARTITIONS, postgres.url())) {
      var expected = warmUp + items;
      flow.steady("s", PER_SECOND, expected, THREADS);
      flow.awaitArrivals(expected);
      var latencies = flow.latencies("s", warmUp, expected);
      steadily.add("p50 ms", latencies.at(50) / 1e6);
      steadily.add(P99, latencies.at(99) / 1e6);
      steadily.add("max ms", latencies.at(100) / 1e6);
      plan.say("%s: %s", steadily.name(), steadily.lastOf(P99));
      for (var round = 0; round < plan.roundsToRun(); round++) {
        var startNanos = System.nanoTime();
        flow.burst("b" + round + "-", burst, IN_ONE, THREADS);
        expected += burst;
        flow.awaitArrivals(expected);
        atOnce.add(RATE, burst / ((System.nanoTime() - startNanos) / 1e9));
        plan.say("%s: %s", atOnce.name(), atOnce.lastOf(RATE));
      }
      steadily.addProblems(0, flow.problems(expected));
    } catch (IOException | SQLException e) {
      throw new BenchException("PostgreSQL can't be used: " + e.getMessage(), e);
    }
    return report(plan, steadily, atOnce);
  }

  private static TopicNames names(Rig rig) throws InterruptedException {
    var names = new TopicNames("outbox-bench");
    try {
      rig.admin()
          .createTopics(
              List.of(
                  new NewTopic(names.outbox(), 1, (short) 1),
                  new NewTopic(names.phase("orders", "check"), PARTITIONS, (short) 1)))
          .all()
          .get();
      return names;
    } catch (ExecutionException refused) {
      throw new BenchException("topics can't be made: " + refused.getMessage(), refused);
    }
  }

  private Report report(Plan plan, Row steadily, Row atOnce) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("partitions", PARTITIONS);
    settings.put("threads", THREADS);
    settings.put("perSecond", PER_SECOND);
    settings.put("jobsInATransactionOfTheBurst", IN_ONE);
    settings.put("rounds", plan.roundsToRun());
    var goals =
        List.of(
            Goal.atMost("commit to topic, " + P99, P99_MAX_MS, steadily.median(P99)),
            Goal.atLeast("burst, " + RATE, BURST_MIN, atOnce.median(RATE)));
    return new Report(name(), settings, List.of(steadily, atOnce), new LinkedHashMap<>(), goals);
  }
}
