package dev.phaseline.worker.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.phaseline.worker.interleaving.Interleavings;
import dev.phaseline.worker.interleaving.SteppedClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every interleaving of a lane with its runners, at each kind of hand-over.
@Tag("long")
class HandOverTest {
  private static final Set<String> STEPPED =
      Set.of(
          "dev.phaseline.core.engine.Chain",
          "dev.phaseline.core.engine.Attempt",
          "dev.phaseline.worker.item.HandlerThreads",
          "dev.phaseline.worker.item.HandlerThreads$Runner");

  /// Half of all runs are of these three: `mvn verify -Dtest.groups.excluded=docker,apicurio` has
  /// them.
  private static final List<String> LARGE = List.of("lose one of two", "run: slow", "give up");

  /// A place in the sources that is changed, and a scene in which that must be noticed.
  private record Mutant(String name, String scene, String file, String find, String replace) {}

  private static final List<Mutant> MUTANTS =
      List.of(
          new Mutant(
              "takes back one after the other, first to last",
              "pause",
              "core/src/main/java/dev/phaseline/core/engine/Chain.java",
              "if (WORD.compareAndSet(this, was, word(state(was), started, started))) {",
              "if (state(was) == READY && started + 1 < end(was)) { if (!WORD.compareAndSet(this,"
                  + " was, word(READY, end(was), started + 1))) continue; var all = new"
                  + " java.util.ArrayList<Attempt>(attempts.subList(started, started + 1));"
                  + " all.addAll(takeBack()); return all; } if (WORD.compareAndSet(this, was,"
                  + " word(state(was), started, started))) {"),
          new Mutant(
              "goes on behind a failure",
              "fail and pause",
              "core/src/main/java/dev/phaseline/core/engine/Chain.java",
              "AttemptResult.Settled ? READY : STOPPED",
              "AttemptResult.Settled ? READY : READY"),
          new Mutant(
              "ends what was given up",
              "give up",
              "core/src/main/java/dev/phaseline/core/engine/Chain.java",
              "if (!runs(attempt, was)) return false;",
              "if (attempt.place() < 0) return false;"),
          new Mutant(
              "leaves an interrupt to the next attempt",
              "cancel a deaf one",
              "worker/src/main/java/dev/phaseline/worker/item/HandlerThreads.java",
              "Thread.interrupted(); // an interrupt",
              "// an interrupt"),
          new Mutant(
              "calls handlers when it is closed",
              "close",
              "worker/src/main/java/dev/phaseline/worker/item/HandlerThreads.java",
              "if (closed || attempt.abandoned()) return false;",
              "if (attempt.abandoned()) return false;"),
          new Mutant(
              "forgets the rest of a chain when it is one too many",
              "fewer",
              "worker/src/main/java/dev/phaseline/worker/item/HandlerThreads.java",
              "if (chain.hasRest()) HandlerThreads.this.run(chain);",
              ""),
          new Mutant(
              "leaves with a stuck runner what it has not reported",
              "run: slow",
              "worker/src/main/java/dev/phaseline/worker/item/HandlerThreads.java",
              "if (runner.startedNanos - since < 0) report(runner.reported());",
              "if (runner.startedNanos > Long.MAX_VALUE - 1) report(runner.reported());"));

  @TempDir private Path work;

  private static Interleavings.Found search(String scene, @Nullable Path replaced) {
    var classes =
        new SteppedClasses(
            name ->
                name.startsWith("dev.phaseline.core.engine.")
                    || name.startsWith("dev.phaseline.worker.item.Hand"),
            STEPPED::contains,
            replaced);
    try {
      var program =
          classes.loadClass(HandOverScene.class.getName()).asSubclass(Interleavings.Program.class);
      return Interleavings.search(program, scene);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> aHandOverKeepsItsPromisesInEveryInterleaving() {
    return HandOverScene.NAMES.stream()
        .filter(scene -> !LARGE.contains(scene))
        .map(scene -> dynamicTest(scene, () -> holds(scene)));
  }

  @TestFactory
  @Tag("soak")
  Stream<DynamicTest> aHandOverKeepsItsPromisesInTheLargestScenes() {
    return LARGE.stream().map(scene -> dynamicTest(scene, () -> holds(scene)));
  }

  private static void holds(String scene) {
    var found = search(scene, null);
    System.out.printf("%-20s %,8d runs, %,8d states%n", scene, found.runs(), found.states());

    assertThat(found.failure()).as(found.story()).isNull();
  }

  @TestFactory
  Stream<DynamicTest> whatIsBrokenIsNoticed() {
    return MUTANTS.stream().map(mutant -> dynamicTest(mutant.name(), () -> isNoticed(mutant)));
  }

  private void isNoticed(Mutant mutant) throws IOException {
    var found = search(mutant.scene(), compiled(mutant));
    System.out.printf("%-50s %,8d runs: %s%n", mutant.name(), found.runs(), found.failure());

    assertThat(found.failure()).isNotNull();
  }

  private Path compiled(Mutant mutant) throws IOException {
    var module = Path.of("").toAbsolutePath();
    var source = Files.readString(module.resolveSibling(mutant.file()));
    assertThat(source).containsOnlyOnce(mutant.find());
    var out = Files.createTempDirectory(work, "mutant");
    var changed = out.resolve(Path.of(mutant.file()).getFileName().toString());
    Files.writeString(changed, source.replace(mutant.find(), mutant.replace()));
    var arguments =
        List.of(
            "-nowarn", "-proc:none", "-d", out.toString(), "-cp", classPath(), changed.toString());
    var status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).as("'" + mutant.name() + "' compiles").isZero();
    return out;
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }
}
