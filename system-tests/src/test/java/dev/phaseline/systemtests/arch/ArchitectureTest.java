package dev.phaseline.systemtests.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The arrows between the modules and the bans inside them, held against what was compiled; and for
/// each ban a planted violation, because a rule that catches nothing looks just like one that
/// holds.
final class ArchitectureTest {
  private static final String ROOT = "dev.phaseline";
  private static final String PLANTED = "dev.phaseline.systemtests.arch.planted";
  private static final List<String> MODULES =
      List.of(
          "schemas",
          "http",
          "core",
          "producer",
          "topics",
          "codecs",
          "worker",
          "queue",
          "streams",
          "schedules",
          "scheduler",
          "ops",
          "testkit",
          "embedded",
          "jdbc",
          "outbox",
          "examples",
          "server",
          "cli");

  /// Which modules each may know.
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("schemas", Set.of()),
          Map.entry("http", Set.of()),
          Map.entry("core", Set.of()),
          Map.entry("producer", Set.of("schemas")),
          Map.entry("topics", Set.of("schemas")),
          Map.entry("codecs", Set.of("core", "schemas")),
          Map.entry("worker", Set.of("core", "schemas")),
          Map.entry("queue", Set.of("core", "schemas", "topics")),
          Map.entry("streams", Set.of()),
          Map.entry("schedules", Set.of("schemas")),
          Map.entry("scheduler", Set.of("core", "schemas", "schedules", "streams")),
          Map.entry("ops", Set.of("schemas", "schedules", "http", "streams", "topics")),
          Map.entry("testkit", Set.of("core", "schemas", "queue")),
          Map.entry("embedded", Set.of("schemas", "http")),
          Map.entry("jdbc", Set.of("core")),
          Map.entry("outbox", Set.of("core", "schemas", "producer", "jdbc")),
          Map.entry("examples", Set.of("core", "schemas", "codecs", "producer", "queue", "jdbc")),
          Map.entry("server", Set.of("core", "schemas", "worker", "http")),
          Map.entry("cli", Set.copyOf(MODULES)));

  /// How many classes of a module are in cycles of classes. It may only shrink: a lower number goes
  /// here with the commit that reaches it. Modules without an entry have none.
  private static final Map<String, Integer> IN_CYCLES_MAX =
      Map.ofEntries(
          Map.entry("schemas", 8),
          Map.entry("producer", 5),
          Map.entry("ops", 12),
          Map.entry("testkit", 24),
          Map.entry("embedded", 2),
          Map.entry("examples", 2),
          Map.entry("cli", 2));

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);
  private static final JavaClasses PLANTS = new ClassFileImporter().importPackages(PLANTED);

  @Test
  void everyModuleIsLookedAt() {
    for (var module : MODULES) {
      assertThat(OURS.stream().anyMatch(c -> c.getPackageName().startsWith(ROOT + "." + module)))
          .as("classes of " + module)
          .isTrue();
    }
  }

  @Test
  void modulesKnowOnlyWhatTheDesignSays() {
    for (var from : MODULES) {
      for (var to : MODULES) {
        if (from.equals(to) || allowed(from).contains(to)) continue;
        Rules.noArrow(ROOT, from, to).check(OURS);
      }
    }
  }

  private static Set<String> allowed(String module) {
    var allowed = MAY_KNOW.get(module);
    return allowed == null ? Set.of() : allowed;
  }

  @Test
  void coreReadsNoClock() {
    Rules.noClock(ROOT).check(OURS);
  }

  @Test
  void coreRollsNoDice() {
    Rules.noDice(ROOT).check(OURS);
  }

  @Test
  void coreStartsNoThreads() {
    Rules.noThreads(ROOT).check(OURS);
  }

  @Test
  void coreDoesNoInputOrOutput() {
    Rules.noInputOrOutput(ROOT).check(OURS);
  }

  @Test
  void nobodyCommitsWithTheGroupIdAlone() {
    Rules.noGroupIdOnlyMetadata(ROOT).check(OURS);
  }

  @Test
  void noPackageIsCalledCommonOrUtil() {
    Rules.noCatchAllPackages(ROOT).check(OURS);
  }

  @Test
  void packagesOfAModuleHaveAnOrder() {
    for (var module : MODULES) Rules.noPackageCycles(ROOT, module).check(OURS);
  }

  @Test
  void classesInCyclesOnlyGetFewer() {
    for (var module : MODULES) {
      var cycles = ClassCycles.of(OURS, ROOT + "." + module);
      assertThat(cycles.stream().mapToInt(Set::size).sum())
          .as("classes of %s in cycles: %s", module, cycles)
          .isLessThanOrEqualTo(IN_CYCLES_MAX.getOrDefault(module, 0));
    }
  }

  @Test
  void noClassOfTheEngineIsInACycle() {
    assertThat(ClassCycles.of(OURS, ROOT + ".core.engine")).isEmpty();
  }

  @Test
  void workersApiIsItsRootPackageAlone() {
    Rules.noInternalsInApi(ROOT, "worker").check(OURS);
    Rules.noUseOfInternals(ROOT, "worker").check(OURS);
  }

  @Test
  void jobAccountingKnowsNeitherKafkaStreamsNorTheTracker() {
    Rules.accountingStandsAlone(ROOT).check(OURS);
  }

  @Test
  void aPlantedCycleIsFound() {
    assertThat(ClassCycles.of(PLANTS, PLANTED + ".core"))
        .containsExactly(Set.of("KnowsItsUser", "UsesAPart"));
  }

  @Test
  void everyBanCatchesItsPlantedViolation() {
    caught(Rules.noArrow(PLANTED, "ops", "worker"), "LooksAtWorker");
    caught(Rules.noInternalsInApi(PLANTED, "worker"), "TakesTheEngine.commit(");
    caught(Rules.noInternalsInApi(PLANTED, "worker"), "GivesTheEngine.commit(");
    caught(Rules.noInternalsInApi(PLANTED, "worker"), "GivesARoom.room(");
    caught(Rules.noUseOfInternals(PLANTED, "worker"), "LooksIntoARoom");
    caught(Rules.accountingStandsAlone(PLANTED), "CountsForItsUser");
    caught(Rules.noClock(PLANTED), "CallsTheClock");
    caught(Rules.noClock(PLANTED), "RefersToTheClock");
    caught(Rules.noDice(PLANTED), "RollsDice");
    caught(Rules.noDice(PLANTED), "RollsDiceByMath");
    caught(Rules.noThreads(PLANTED), "StartsThreads");
    caught(Rules.noInputOrOutput(PLANTED), "ReadsFiles");
    caught(Rules.noGroupIdOnlyMetadata(PLANTED), "GroupIdOnly");
    caught(Rules.noCatchAllPackages(PLANTED), "Anything");
    caught(Rules.noPackageCycles(PLANTED, "cli"), "Forth");
  }

  private static void caught(ArchRule rule, String violator) {
    var report = rule.evaluate(PLANTS).getFailureReport();
    assertThat(report.getDetails())
        .as(rule.getDescription())
        .anyMatch(detail -> detail.contains(violator));
  }
}
