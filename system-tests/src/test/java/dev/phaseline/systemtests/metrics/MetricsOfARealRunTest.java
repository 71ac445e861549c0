package dev.phaseline.systemtests.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names, dashboards and rules against what a worker, a scheduler and a relay really say.
@Tag("broker")
final class MetricsOfARealRunTest {
  private static final Pattern DOCUMENTED =
      Pattern.compile("^\\| `(phaseline_\\w+)` \\| (\\w+) \\|", Pattern.MULTILINE);
  private static final Pattern MENTIONED = Pattern.compile("`((?:kafka|jvm|process)_\\w+)`");
  private static final Pattern TYPED = Pattern.compile("^# TYPE (\\S+) (\\w+)$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("[{,](\\w+)=\"");

  @TempDir private static Path folder;
  private static LiveRun run;

  @BeforeAll
  static void start() throws Exception {
    run = LiveRun.start(folder);
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(240);
    while (!hasSeenEverything(run.scrape())) {
      assertThat(deadline - System.nanoTime())
          .as("time left to see work of each kind")
          .isPositive();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static boolean hasSeenEverything(String scraped) {
    return List.of(
            "phaseline_items_total\\{outcome=\"done\",phase=\"keep\",pipeline=\"live\"} [1-9]",
            "phaseline_dead_letters_total\\{kind=\"rejected\",phase=\"take\",pipeline=\"live\"}"
                + " [1-9]",
            "phaseline_retries_total\\{phase=\"take\",pipeline=\"live\"} [1-9]",
            "phaseline_timers_fired_total [1-9]",
            "phaseline_outbox_published_total\\{outbox=\"live\"} [1-9]",
            "kafka_consumer_fetch_manager_records_lag\\{",
            "kafka_producer_record_send_total\\{",
            "jvm_gc_pause_seconds_count\\{") // the JVM tells of a pause when it gets round to it
        .stream()
        .allMatch(line -> Pattern.compile(line).matcher(scraped).find());
  }

  @AfterAll
  static void stop() {
    run.close();
  }

  @Test
  void pageAndRealRunAgreeOnNamesAndTypesBothWays() throws Exception {
    var documented = new TreeMap<String, String>();
    DOCUMENTED
        .matcher(OpsFiles.text("docs/metrics.md"))
        .results()
        .forEach(row -> documented.put(row.group(1), row.group(2)));
    var measured = new TreeMap<String, String>();
    TYPED
        .matcher(run.scrape())
        .results()
        .filter(line -> line.group(1).startsWith("phaseline_"))
        .forEach(line -> measured.put(line.group(1), line.group(2)));
    measured.keySet().removeIf(name -> isMaxOfHistogram(name, measured));

    assertThat(measured).isEqualTo(documented);
  }

  private static boolean isMaxOfHistogram(String name, Map<String, String> measured) {
    return name.endsWith("_max")
        && "histogram".equals(measured.get(name.substring(0, name.length() - "_max".length())));
  }

  @Test
  void namesSayTheirUnitsByPrometheusCustom() throws Exception {
    TYPED
        .matcher(run.scrape())
        .results()
        .filter(line -> line.group(1).startsWith("phaseline_"))
        .forEach(
            line -> {
              var name = line.group(1);
              switch (line.group(2)) {
                case "counter" -> assertThat(name).endsWith("_total");
                case "histogram" -> assertThat(name).matches(".*_(seconds|items)");
                default -> assertThat(name).doesNotEndWith("_total");
              }
            });
  }

  @Test
  void whatThePageMentionsOfOthersIsThere() throws Exception {
    var scraped = run.scrape();
    var mentioned = new TreeSet<String>();
    MENTIONED
        .matcher(OpsFiles.text("docs/metrics.md"))
        .results()
        .forEach(name -> mentioned.add(name.group(1)));

    assertThat(mentioned).isNotEmpty().allMatch(name -> scraped.contains("# TYPE " + name + " "));
  }

  @Test
  void labelsOfOursAreThoseOfThePage() throws Exception {
    var labels = new TreeSet<String>();
    run.scrape()
        .lines()
        .filter(line -> line.startsWith("phaseline_"))
        .forEach(
            line -> LABEL.matcher(line).results().forEach(label -> labels.add(label.group(1))));

    assertThat(labels)
        .isSubsetOf("pipeline", "phase", "outcome", "kind", "cause", "outbox", "le", "version");
    assertThat(run.scrape()).doesNotContain("canary-job");
  }

  @Test
  void everyQueryOfEveryDashboardAndRuleFindsSomethingInARealPrometheus(@TempDir Path data)
      throws Exception {
    var program = OpsFiles.program("prometheus");
    assumeTrue(program.isPresent(), "prometheus is not installed: apt-get install prometheus");
    try (var prometheus = RealPrometheus.start(program.orElseThrow(), data, run.address())) {
      prometheus.await(
          "a few scrapes are in",
          () -> sample(prometheus.query("count_over_time(phaseline_build_info[1m])")) >= 5);
      rulesAreEvaluated(prometheus);
      for (var dashboard : OpsFiles.dashboards()) {
        for (var query : queries(dashboard)) findsSomething(prometheus, dashboard, query);
      }
    }
  }

  private static double sample(JsonNode result) {
    return result.path(0).path("value").path(1).asDouble();
  }

  private static List<String> queries(Path dashboard) throws Exception {
    var queries = new ArrayList<String>();
    for (var panel : OpsFiles.panels(dashboard)) {
      for (var target : panel.path("targets")) queries.add(target.path("expr").asText());
    }
    assertThat(queries).as(dashboard.toString()).isNotEmpty().doesNotContain("");
    return queries;
  }

  /// What Grafana puts in for its variables.
  private static void findsSomething(RealPrometheus prometheus, Path dashboard, String query)
      throws Exception {
    var asked =
        query.replace("$__rate_interval", "30s").replace("$pipeline", ".*").replace("$phase", ".*");
    assertThat(asked).as(query).doesNotContain("$");
    prometheus.await(
        dashboard.getFileName() + ": " + asked, () -> !prometheus.query(asked).isEmpty());
  }

  /// Alerts find nothing in a run that is well, so what they read must be there.
  private static void rulesAreEvaluated(RealPrometheus prometheus) throws Exception {
    prometheus.await("rules were evaluated", () -> allOk(prometheus.api("rules")));
    var rules = 0;
    for (var group : prometheus.api("rules").path("groups")) {
      for (var rule : group.path("rules")) {
        rules++;
        var read = OpsFiles.metrics(rule.path("query").asText());
        prometheus.await(rule + " reads what is there", () -> names(prometheus).containsAll(read));
        if (rule.path("type").asText().equals("alerting")) {
          assertThat(rule.path("state").asText())
              .as(rule.path("name").asText() + " in a run that is well: " + rule)
              .isNotEqualTo("firing");
        }
      }
    }
    assertThat(rules).isPositive();
  }

  private static Set<String> names(RealPrometheus prometheus) throws Exception {
    var names = new TreeSet<String>();
    prometheus.api("label/__name__/values").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static boolean allOk(JsonNode rules) {
    for (var group : rules.path("groups")) {
      for (var rule : group.path("rules")) {
        if (!rule.path("health").asText().equals("ok")) return false;
      }
    }
    return !rules.path("groups").isEmpty();
  }
}
