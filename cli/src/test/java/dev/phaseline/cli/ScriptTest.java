package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./phaseline`, run as it is, in a tree of its own.
final class ScriptTest {
  private final Path folder;
  private final ScriptTree tree;

  ScriptTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.tree = new ScriptTree(folder);
  }

  @Test
  void buildsOnceAndHandsTheArgumentsOver() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    tree.maven(0, true);

    var first = tree.run("demo", "--limit", "two words");
    var second = tree.run("demo");

    assertThat(first.exitStatus()).isZero();
    assertThat(first.err()).isEqualTo("phaseline: building (first run, about a minute) ...\n");
    assertThat(first.out())
        .startsWith("temurin ")
        .contains("[-Dphaseline.home=" + tree.root.toRealPath() + "]")
        .contains("/cli/target/phaseline-cli.jar:" + tree.library() + "]")
        .endsWith("[dev.phaseline.cli.Main] [demo] [--limit] [two words]\n");
    assertThat(second.err()).isEmpty();
    assertThat(tree.mavenCalls()).hasSize(1).first().asString().contains(" -pl cli -am package");
  }

  @Test
  void argumentsAreUtf8WhereTheLocaleIsNot() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    tree.maven(0, true);

    assertThat(tree.run("--locale").out()).as("no locale").isEqualTo("LC_ALL is C.UTF-8\n");
    tree.environment("LANG", "de_DE.UTF-8");
    assertThat(tree.run("--locale").out()).isEqualTo("LC_ALL is unset\n");
    tree.environment("LC_ALL", "C");
    assertThat(tree.run("--locale").out()).isEqualTo("LC_ALL is C.UTF-8\n");
    tree.environment("LC_ALL", "en_US.utf8");
    assertThat(tree.run("--locale").out()).isEqualTo("LC_ALL is en_US.utf8\n");
  }

  @Test
  void whatTheCommandKeepsIsItsOwners() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    tree.maven(0, true);

    assertThat(tree.run("--umask").out()).endsWith("077\n");
  }

  @Test
  void benchIsBuiltByItselfAndRunWithTheRestOfTheArguments() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    tree.maven("bench", 0, true);

    var run = tree.run("bench", "chain", "--quick");

    assertThat(run.exitStatus()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("/bench/target/phaseline-bench.jar:" + tree.library() + "]")
        .endsWith("[dev.phaseline.bench.BenchMain] [chain] [--quick]\n");
    assertThat(tree.mavenCalls())
        .singleElement()
        .asString()
        .endsWith(" -Pbench -pl bench -am package");
  }

  @Test
  void mavenRunsOnTheSameJava() throws Exception {
    var old = tree.jdk("old", "17.0.15", "17.0.15");
    var right = tree.jdk("right", "25", "25");
    tree.environment("JAVA_HOME", old.toString());
    tree.maven(0, true);

    assertThat(tree.run("version").out()).startsWith("right ");

    assertThat(tree.mavenCalls()).first().asString().startsWith(right.toRealPath() + " ");
  }

  @Test
  void javaHomeIsTriedFirst() throws Exception {
    tree.jdk("another", "25.0.1", "25.0.1");
    tree.environment("JAVA_HOME", tree.jdk("chosen", "25.0.2", "25.0.2").toString());
    tree.maven(0, true);

    assertThat(tree.run("version").out()).startsWith("chosen ");
  }

  @Test
  void javaOnThePathIsFoundThroughItsLinks() throws Exception {
    tree.javaOnPath(tree.jdk("linked", "25.0.2", "25.0.2"));
    tree.environment("PHASELINE_JAVA_DIRS", "");
    tree.maven(0, true);

    assertThat(tree.run("version").out()).startsWith("linked ");
  }

  @Test
  void javaWithoutReleaseFileIsAskedForItsVersion() throws Exception {
    tree.jdk("a", "", "21.0.1");
    tree.jdk("b", "", "25-ea");
    tree.maven(0, true);

    assertThat(tree.run("version").out()).startsWith("b ");
  }

  @Test
  void folderNamedLikeJava25IsNotBelieved() throws Exception {
    tree.jdk("jdk-25", "24.0.1", "24.0.1");
    tree.jdk("jdk-25-too", "250", "250");

    var result = tree.run("version");

    assertThat(result.exitStatus()).isEqualTo(1);
  }

  @Test
  void runtimeWithoutCompilerIsPassedOver() throws Exception {
    Files.delete(tree.jdk("runtime", "25.0.3", "25.0.3").resolve("bin/javac"));

    assertThat(tree.run("version").err()).startsWith("phaseline: needs a JDK 25");
  }

  @Test
  void missingJavaIsSaidInOneLineWithTheRemedy() throws Exception {
    tree.maven(0, true);

    var result = tree.run("demo");

    assertThat(result.exitStatus()).isEqualTo(1);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith("phaseline: needs a JDK 25")
        .contains("https://adoptium.net", "JAVA_HOME");
    assertThat(tree.mavenCalls()).isEmpty();
  }

  @Test
  void missingMavenIsSaidInOneLineWithTheRemedy() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");

    var result = tree.run("demo");

    assertThat(result.exitStatus()).isEqualTo(1);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith("phaseline: needs Maven")
        .contains("apt install maven");
  }

  @Test
  void changedSourceIsBuiltAgain() throws Exception {
    built();

    tree.edit("core/src/main/java/Core.java");
    var result = tree.run("version");

    assertThat(result.err()).isEqualTo("phaseline: building (sources have changed) ...\n");
    assertThat(tree.mavenCalls()).hasSize(2);
  }

  @Test
  void changedPomIsBuiltAgain() throws Exception {
    built();

    tree.edit("cli/pom.xml");

    tree.run("version");
    assertThat(tree.mavenCalls()).hasSize(2);
  }

  @Test
  void deletedSourceIsBuiltAgain() throws Exception {
    built();

    Files.delete(tree.root.resolve("core/src/main/java/Core.java"));
    tree.edit("core/src/main/java");

    tree.run("version");
    assertThat(tree.mavenCalls()).hasSize(2);
  }

  @Test
  void changedTestIsNotBuiltAgain() throws Exception {
    built();

    tree.edit("core/src/test/java/CoreTest.java");

    tree.run("version");
    assertThat(tree.mavenCalls()).hasSize(1);
  }

  @Test
  void emptiedMavenCacheIsBuiltAgain() throws Exception {
    built();

    Files.delete(tree.library());

    tree.run("version");
    assertThat(tree.mavenCalls()).hasSize(2);
  }

  @Test
  void cleanedTreeIsBuiltAgain() throws Exception {
    built();

    Files.delete(tree.root.resolve("cli/target/phaseline-cli.jar"));

    tree.run("version");
    assertThat(tree.mavenCalls()).hasSize(2);
  }

  @Test
  void worksFromAnotherFolderThroughLinks() throws Exception {
    built();
    var elsewhere = Files.createDirectories(folder.resolve("elsewhere/deep"));
    var link = Files.createSymbolicLink(folder.resolve("far"), tree.root.resolve("phaseline"));
    var relative = Files.createSymbolicLink(elsewhere.resolve("pl"), Path.of("../../far"));

    var result = ScriptTree.finish(tree.start(elsewhere, relative, "version"));

    assertThat(link).isSymbolicLink();
    assertThat(result.out()).contains("[-Dphaseline.home=" + tree.root.toRealPath() + "]");
    assertThat(tree.mavenCalls()).hasSize(1);
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    var gate = Files.createFile(folder.resolve("gate"));
    tree.mavenHeldBy(gate);

    var one = tree.start(tree.root, tree.root.resolve("phaseline"), "one");
    awaitMaven();
    var two = tree.start(tree.root, tree.root.resolve("phaseline"), "two");
    var said = two.errorReader(UTF_8).readLine();
    assertThat(said).startsWith("phaseline: waiting for another build (process ");
    Files.delete(gate);

    assertThat(ScriptTree.finish(one).err()).contains("building (first run");
    assertThat(ScriptTree.finish(two).exitStatus()).isZero();
    assertThat(tree.mavenCalls()).hasSize(1);
    assertThat(tree.root.resolve("cli/target/phaseline.lock")).doesNotExist();
  }

  @Test
  void lockOfKilledBuildIsTakenOver() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    tree.maven(60, true);
    var killed = tree.start(tree.root, tree.root.resolve("phaseline"), "version");
    awaitMaven();
    // The script first: one that sees its Maven die tidies up, as after any failed build.
    var children = killed.descendants().toList();
    assertThat(killed.destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();
    children.forEach(ProcessHandle::destroyForcibly);
    assertThat(Files.isSymbolicLink(tree.root.resolve("cli/target/phaseline.lock"))).isTrue();
    tree.maven(0, true);

    var result = tree.run("version");

    assertThat(result.exitStatus()).isZero();
    assertThat(Files.isSymbolicLink(tree.root.resolve("cli/target/phaseline.lock"))).isFalse();
  }

  @Test
  void failedBuildShowsWhatMattersAndIsTriedAgain() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    tree.maven(0, false);

    var result = tree.run("version");
    tree.run("version");

    assertThat(result.exitStatus()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("[ERROR] Main.java:[1,2] that is no Java")
        .doesNotContain("much ado")
        .endsWith(
            "phaseline: the build failed; the whole log: "
                + tree.root.toRealPath().resolve("cli/target/phaseline-build.log")
                + "\n");
    assertThat(tree.root.resolve("cli/target/phaseline-build.log")).content().contains("much ado");
    assertThat(tree.mavenCalls()).hasSize(2);
    assertThat(Files.isSymbolicLink(tree.root.resolve("cli/target/phaseline.lock"))).isFalse();
  }

  @Test
  void shellcheckFindsNothing() throws Exception {
    Process check;
    try {
      check = new ProcessBuilder("shellcheck", ScriptTree.script().toString()).start();
    } catch (IOException notInstalled) {
      assumeTrue(false, "shellcheck is not installed");
      return;
    }
    assertThat(ScriptTree.finish(check).out()).isEmpty();
  }

  private void awaitMaven() throws Exception {
    var giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (tree.mavenCalls().isEmpty()) {
      assertThat(System.nanoTime()).as("the build begins in time").isLessThan(giveUp);
      Thread.sleep(10);
    }
  }

  private void built() throws Exception {
    tree.jdk("temurin", "25.0.3", "25.0.3");
    tree.maven(0, true);
    tree.run("version");
    assertThat(tree.mavenCalls()).hasSize(1);
  }
}
