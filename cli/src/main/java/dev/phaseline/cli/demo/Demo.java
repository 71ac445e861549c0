package dev.phaseline.cli.demo;

import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.progress.AnsiScreen;
import dev.phaseline.cli.progress.PlainScreen;
import dev.phaseline.cli.progress.Screen;
import dev.phaseline.cli.progress.Terminal;
import dev.phaseline.cli.serve.Backbone;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.schemas.TopicNames;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;

/// `phaseline demo`, from the first line to the last. One use, one thread.
///
/// The order of things is what makes a run survive its process: the run is on disk before its first
/// job is submitted, a job that is in the topic is not submitted again, and the run is called
/// finished only when its books balance.
public final class Demo {
  /// The time that Ctrl-C waits for handlers, commits and the broker.
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DemoOptions options;
  private final PrintWriter out;
  private final PrintWriter talk;
  private final long startNanos = System.nanoTime();

  private Demo(DemoOptions options, PrintWriter out, PrintWriter err) {
    this.options = options;
    this.out = out;
    this.talk = options.output().json() ? err : out;
  }

  /// Runs the demo.
  ///
  /// @return the exit status, one of [ExitStatus]
  /// @throws CommandFailure when it can't begin or go on
  public static int run(DemoOptions options, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    return new Demo(options, out, err).run();
  }

  private int run() throws InterruptedException {
    try (var folder = DemoFolder.open(options.dataDir());
        var screen = screen();
        var interrupt = Interrupt.listen(PATIENCE, this::tookTooLong)) {
      var log =
          Logs.toFile(options.dataDir(), options.output().verbose(), line -> screen.line(line));
      screen.line("phaseline demo (data in " + options.dataDir() + ", log in " + log + ")");
      if (options.fresh()) folder.wipe();
      try (var backbone = start(folder, screen)) {
        return new DemoRun(options, folder, backbone, screen, interrupt, startNanos).run(this::end);
      } finally {
        DemoSite.withdraw(folder);
        Logs.off();
      }
    }
  }

  private Backbone start(DemoFolder folder, Screen screen) {
    var sizing = options.sizing();
    var backbone = Backbone.start(folder.broker(), sizing.port(), sizing.registryPort());
    screen.line("  broker    " + backbone.bootstrapServers());
    screen.line("  registry  " + backbone.registryUrl());
    DemoSite.announce(folder, backbone);
    return backbone;
  }

  private Screen screen() {
    var fileDescriptor = options.output().json() ? 2 : 1;
    return !options.output().plain() && Terminal.isInteractive(fileDescriptor)
        ? new AnsiScreen(talk, Terminal.columns())
        : new PlainScreen(talk);
  }

  /// The run is over: says how it went.
  private int end(Summary summary, Path database) {
    summary.lines().forEach(talk::println);
    if (summary.balanced()) {
      talk.println();
      talk.println("What to try next:");
      talk.println("  ./phaseline demo            again: every row is there, none changes");
      talk.println("  ./phaseline demo --keep     go on serving, look around with any Kafka tool");
      talk.println(
          "  ./phaseline demo --fresh    from nothing; press Ctrl-C on the way, run again");
      talk.println("  sqlite3 " + database + " 'SELECT * FROM city LIMIT 5'");
    }
    talk.flush();
    if (options.output().json()) {
      out.println(Json.line(summary));
      out.flush();
    }
    return summary.balanced() ? ExitStatus.OK : ExitStatus.UNBALANCED;
  }

  private void tookTooLong() {
    talk.println(
        "phaseline: gave up waiting after "
            + PATIENCE.toSeconds()
            + " s; nothing is lost, the next run finishes what is left");
    talk.flush();
  }

  static TopicNames names() {
    return TopicNames.DEFAULT;
  }
}
