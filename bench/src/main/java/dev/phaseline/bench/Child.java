package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.bench.contender.ContenderMain;
import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Reply;
import dev.phaseline.bench.contender.Request;
import dev.phaseline.bench.contender.Request.Verb;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A contender in a JVM of its own, seen from outside. It ends when this process does: it watches
/// its input. Not thread-safe.
final class Child implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration END = Duration.ofSeconds(45);

  private final Contenders who;
  private final Process process;
  private final Path log;
  private final BufferedReader answers;
  private final BufferedWriter requests;

  private Child(Contenders who, Process process, Path log) {
    this.who = who;
    this.process = process;
    this.log = log;
    this.answers = process.inputReader(UTF_8);
    this.requests = process.outputWriter(UTF_8);
  }

  /// Starts a JVM and waits until it answers.
  static Child start(Contenders who, Path folder, List<String> jvmArgs) {
    var log = folder.resolve(who.label() + ".log");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArgs);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-cp");
    command.add(classPath());
    command.add(ContenderMain.class.getName());
    command.add(who.label());
    try {
      var process =
          new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile())).start();
      var child = new Child(who, process, log);
      child.call(Request.of(Verb.REPORT));
      return child;
    } catch (IOException e) {
      throw new BenchException("can't start a JVM for " + who.label() + ": " + e.getMessage(), e);
    }
  }

  Reply prepare(Course course, int items) {
    return call(new Request(Verb.PREPARE, course, items));
  }

  Reply run(Course course) {
    return call(new Request(Verb.START, course, 0));
  }

  Reply stop() {
    return call(Request.of(Verb.STOP));
  }

  Reply report() {
    return call(Request.of(Verb.REPORT));
  }

  Reply memory() {
    return call(Request.of(Verb.MEMORY));
  }

  /// Runs look-ups in the child.
  ///
  /// @param jobs how many there are
  Reply look(int jobs) {
    return call(new Request(Verb.LOOK, null, jobs));
  }

  /// The CPU time until now.
  Duration cpuTime() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new BenchException("the system does not say what a process costs"));
  }

  /// Kills it as `kill -9` does.
  void kill() {
    process.destroyForcibly();
    await();
  }

  /// Sends SIGTERM and waits until it has stopped in order.
  void terminate() {
    process.destroy();
    await();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private Reply call(Request request) {
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.newLine();
      requests.flush();
      var line = answers.readLine();
      if (line == null) throw new BenchException(who.label() + " has died; see " + log);
      var reply = JSON.readValue(line, Reply.class);
      if (reply.error().isEmpty()) return reply;
      throw new BenchException(who.label() + " failed: " + reply.error() + "; see " + log);
    } catch (JsonProcessingException garbled) {
      throw new BenchException(who.label() + " answers what isn't an answer; see " + log, garbled);
    } catch (IOException gone) {
      throw new BenchException(who.label() + " has died; see " + log, gone);
    }
  }

  private void await() {
    try {
      if (process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) return;
      process.destroyForcibly();
      throw new BenchException(
          who.label() + " did not end within " + END.toSeconds() + " s; see " + log);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static String classPath() {
    var entries = new ArrayList<String>();
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException gone) {
      // then it has ended already
    }
    await();
  }
}
