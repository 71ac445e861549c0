package dev.phaseline.bench.contender;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A contender's process: reads a [Request] a line, answers each with a [Reply], ends when its
/// input does, that is, when whoever started it is gone. On SIGTERM it stops in order.
public final class ContenderMain {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Contender contender;
  private @Nullable Running running;
  private @Nullable Course course;
  private Work work = Work.counting();

  private ContenderMain(Contender contender) {
    this.contender = contender;
  }

  /// Runs until the input ends.
  ///
  /// @param args the contender's name
  public static void main(String[] args) throws IOException {
    var out = System.out; // the answers' alone: a library that prints must not get between them
    System.setOut(System.err);
    var name = args.length == 1 ? args[0] : "";
    var which =
        Contenders.find(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no contender '" + name + "'; there are " + Contenders.labels()));
    var main = new ContenderMain(which.make());
    Runtime.getRuntime().addShutdownHook(new Thread(main::stop, "stop"));
    main.serve(out);
    System.exit(0);
  }

  private void serve(PrintStream out) throws IOException {
    try (var in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        out.println(JSON.writeValueAsString(answer(line)));
        out.flush();
      }
    }
  }

  private Reply answer(String line) {
    try {
      return perform(JSON.readValue(line, Request.class));
    } catch (JsonProcessingException unreadable) {
      return reply("can't read the request: " + unreadable.getOriginalMessage());
    } catch (Exception failed) {
      failed.printStackTrace();
      return reply(failed.toString());
    }
  }

  private Reply perform(Request request) throws Exception {
    switch (request.verb()) {
      case PREPARE -> contender.prepare(courseOf(request), request.items());
      case START -> start(courseOf(request));
      case STOP -> stop();
      case REPORT -> {}
      case MEMORY -> collect();
      case LOOK -> {
        return reply("", look(request.items()));
      }
    }
    return reply("");
  }

  private synchronized Map<String, Double> look(int jobs) {
    if (running == null) throw new IllegalStateException("nothing runs that could be asked");
    return running.look(jobs);
  }

  private synchronized void start(Course next) throws Exception {
    course = next;
    work = next.runLog().isEmpty() ? Work.counting() : Work.logging();
    running = contender.start(next, work);
  }

  private synchronized void stop() {
    var present = running;
    if (present == null) return;
    running = null;
    present.close();
    if (course == null || course.runLog().isEmpty()) return;
    try {
      work.writeTo(Path.of(course.runLog()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("can't write " + course.runLog(), e);
    }
  }

  private Reply reply(String error) {
    return reply(error, Map.of());
  }

  private synchronized Reply reply(String error, Map<String, Double> measured) {
    var present = running;
    var told = error;
    if (told.isEmpty() && present != null) {
      told = present.failure().map(ContenderMain::told).orElse("");
    }
    var figures = new HashMap<>(measured);
    figures.putAll(work.figures());
    if (present != null) figures.putAll(present.figures());
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Reply(
        told,
        work.firstCallMs(),
        work.lastCallMs(),
        work.calls(),
        present == null ? work.repeats() : 0, // counting them takes time that is measured
        present == null ? 0 : present.waiting(),
        figures,
        heap,
        residentBytes());
  }

  private static String told(Throwable failure) {
    failure.printStackTrace();
    return failure.toString();
  }

  /// Twice, because the first collection leaves what had a finalizer or a cleaner.
  @SuppressWarnings("SystemGc") // what is left after a collection is what this measures
  private static void collect() {
    System.gc();
    System.gc();
  }

  private static long residentBytes() {
    var status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) return 0;
    try {
      for (var line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException unreadable) {
      return 0; // this system has no such file
    }
    return 0;
  }

  private static Course courseOf(Request request) {
    var asked = request.course();
    if (asked == null) throw new IllegalArgumentException(request.verb() + " needs a course");
    return asked;
  }
}
