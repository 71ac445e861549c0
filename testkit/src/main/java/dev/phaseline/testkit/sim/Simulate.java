package dev.phaseline.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Plays many histories: `Simulate --seeds 1000000 --from 0 --threads 2`, or one in full: `Simulate
/// --seed 42`. Ends with status 1 when an invariant didn't hold.
public final class Simulate {
  private static final int FAILURES_SHOWN_MAX = 5;

  private Simulate() {}

  /// The result of many histories.
  ///
  /// @param histories how many were played
  /// @param items how many items they had together
  /// @param events how many events they had together
  /// @param commits how many transactions were committed in them
  /// @param took how long it took
  /// @param failures the first histories that went wrong, by seed
  public record Summary(
      long histories,
      long items,
      long events,
      long commits,
      Duration took,
      List<Verdict> failures) {
    /// Whether every invariant held in every history.
    public boolean isGood() {
      return failures.isEmpty();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d histories, %,d items, %,d transactions, %,d events in %.1f s (%,.0f/s): %s",
          histories,
          items,
          commits,
          events,
          took.toMillis() / 1e3,
          histories * 1e3 / Math.max(1, took.toMillis()),
          isGood() ? "every invariant held" : failures.size() + " went wrong");
    }
  }

  /// Plays the histories of the seeds `from` to `from + seeds - 1`, on that many threads. Stops
  /// early when several have gone wrong.
  public static Summary run(long from, long seeds, int threads) throws InterruptedException {
    var next = new AtomicLong(from);
    var count = new AtomicLong();
    var items = new AtomicLong();
    var events = new AtomicLong();
    var commits = new AtomicLong();
    var failures = new ConcurrentLinkedQueue<Verdict>();
    var start = System.nanoTime();
    Runnable player =
        () -> {
          for (var seed = next.getAndIncrement();
              seed < from + seeds && failures.size() < FAILURES_SHOWN_MAX;
              seed = next.getAndIncrement()) {
            var verdict = History.play(seed);
            if (!verdict.isGood()) failures.add(verdict);
            count.incrementAndGet();
            items.addAndGet(verdict.items());
            events.addAndGet(verdict.events());
            commits.addAndGet(verdict.commits());
          }
        };
    var players = new ArrayList<Thread>();
    for (var i = 0; i < threads; i++) {
      players.add(Thread.ofPlatform().name("player-" + i).start(player));
    }
    for (var thread : players) {
      while (!thread.join(Duration.ofSeconds(10))) {
        var seconds = (System.nanoTime() - start) / 1e9;
        System.err.printf(
            Locale.ROOT, "%,d of %,d, %,.0f/s%n", count.get(), seeds, count.get() / seconds);
      }
    }
    return new Summary(
        count.get(),
        items.get(),
        events.get(),
        commits.get(),
        Duration.ofNanos(System.nanoTime() - start),
        failures.stream().sorted((a, b) -> Long.compare(a.seed(), b.seed())).toList());
  }

  /// The command.
  ///
  /// @param args `--seeds N`, `--from N`, `--threads N`; or `--seed N` for one
  public static void main(String[] args) throws InterruptedException {
    var seeds = 10_000L;
    var from = 0L;
    var threads = 1;
    for (var i = 0; i < args.length; i += 2) {
      var value = i + 1 < args.length ? number(args[i], args[i + 1]) : number(args[i], "");
      switch (args[i]) {
        case "--seeds" -> seeds = value;
        case "--from" -> from = value;
        case "--threads" -> threads = Math.clamp(value, 1, 1_024);
        case "--seed" -> {
          one(value);
          return;
        }
        default -> usage("unknown option " + args[i]);
      }
    }
    var summary = run(from, seeds, threads);
    for (var failure : summary.failures()) {
      System.out.println(failure.story());
      System.out.println(failure);
      System.out.println("again: Simulate --seed " + failure.seed() + "\n");
    }
    System.out.println(summary);
    System.exit(summary.isGood() ? 0 : 1);
  }

  private static long number(String option, String text) {
    try {
      return Long.parseLong(text.replace("_", ""));
    } catch (NumberFormatException e) {
      usage(option + " needs a number, not '" + text + "'");
      return 0;
    }
  }

  private static void usage(String what) {
    System.err.println(what);
    System.err.println("use: [--seeds N] [--from N] [--threads N] | --seed N");
    System.exit(2);
  }

  private static void one(long seed) {
    var verdict = History.play(seed);
    System.out.println(verdict.story());
    System.out.println(verdict);
    System.out.printf(
        Locale.ROOT,
        "%,d items, %,d transactions, %,d events, hash %016x%n",
        verdict.items(),
        verdict.commits(),
        verdict.events(),
        verdict.hash());
    System.exit(verdict.isGood() ? 0 : 1);
  }
}
