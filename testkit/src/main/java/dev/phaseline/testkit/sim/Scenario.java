package dev.phaseline.testkit.sim;

import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.FailureOptions.Outage;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.core.engine.LaneSettings;
import dev.phaseline.core.engine.LaneSettings.Trials;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// Parameters of a history, all derived from its seed.
///
/// @param shape how much of what
/// @param settings what the lanes are told
/// @param mood how handlers behave
/// @param log how the log behaves until it is healed
/// @param nemesis what happens to processes and to the group until it stops
/// @param trouble what failures lead to
/// @param command what operators do
record Scenario(
    Shape shape,
    LaneSettings settings,
    Mood mood,
    Log log,
    Nemesis nemesis,
    Trouble trouble,
    Command command) {
  static final long MS = 1_000_000L;
  private static final List<Ordering> ORDERINGS = List.of(Ordering.values());

  /// The sizes of a history.
  ///
  /// @param processes how many processes, each with a gate of its own for trials
  /// @param lanes how many lanes, dealt out to the processes
  /// @param partitions how many partitions
  /// @param items how many records
  /// @param keys how many ordering keys
  /// @param roamingKeys whether a key may turn up in more than one partition
  /// @param gapMax the widest gap between two records' offsets
  /// @param arrivalNanos within what time the records become visible
  /// @param pollMax how many records a poll delivers
  /// @param quantumNanos how late a lane wakes up from a wait
  /// @param clockBase what the lanes' clock shows at the start
  /// @param wide whether the offsets are so far apart that progress may not fit its metadata
  record Shape(
      int processes,
      int lanes,
      int partitions,
      int items,
      int keys,
      boolean roamingKeys,
      long gapMax,
      long arrivalNanos,
      int pollMax,
      long quantumNanos,
      long clockBase,
      boolean wide) {}

  /// The behaviour of handlers; shares are probabilities for each run.
  ///
  /// @param quickNanos most runs take at most this long
  /// @param throwing it throws
  /// @param refusing it throws what the policy calls final
  /// @param asking it asks for another attempt
  /// @param suspending a dependency is down
  /// @param hanging no sign of life, and interrupts are ignored; reports late
  /// @param slow takes longer than the timeout, heeds interrupts
  /// @param beating takes longer than the timeout, gives signs of life
  /// @param poisons how many items kill their process
  /// @param racing a result comes in just after the lane has looked
  record Mood(
      long quickNanos,
      double throwing,
      double refusing,
      double asking,
      double suspending,
      double hanging,
      double slow,
      double beating,
      int poisons,
      double racing) {
    Mood withPoisons(int count) {
      return new Mood(
          quickNanos,
          throwing,
          refusing,
          asking,
          suspending,
          hanging,
          slow,
          beating,
          count,
          racing);
    }
  }

  /// The behaviour of the log; shares are probabilities for each call.
  ///
  /// @param assignmentEpochs whether an older member epoch is accepted for a partition that the
  ///   member has held since (KIP-1251)
  /// @param stepNanos how long each step of a transaction may take
  /// @param refusing nothing can be published now
  /// @param hanging nothing can be published now, and what was begun stays open
  /// @param aborting the commit is refused
  /// @param unknownDone the commit happens, its answer is lost
  /// @param unknownLost the commit is lost
  /// @param unknownLate the commit arrives later, its answer doesn't
  /// @param deaf the fate can't be read back yet
  /// @param dying the process dies at a step of a transaction
  /// @param markerNanos how long it takes until a decided transaction is visible
  record Log(
      boolean assignmentEpochs,
      long stepNanos,
      double refusing,
      double hanging,
      double aborting,
      double unknownDone,
      double unknownLost,
      double unknownLate,
      double deaf,
      double dying,
      long markerNanos) {
    Log sound() {
      return new Log(assignmentEpochs, stepNanos, 0, 0, 0, 0, 0, 0, 0, 0, markerNanos);
    }

    boolean isSound() {
      return refusing + hanging + aborting + unknownDone + unknownLost + unknownLate + dying == 0;
    }
  }

  /// The faults of processes and of the group.
  ///
  /// @param everyNanos how often something happens; 0 for never
  /// @param untilNanos when it stops
  /// @param killing relative weight of kill -9
  /// @param freezing relative weight of a process that stands still
  /// @param expelling relative weight of a member that the group drops
  /// @param shuffling relative weight of partitions dealt out anew
  /// @param stopping relative weight of a graceful restart
  /// @param doubling relative weight of a process that is replaced while it stands still
  /// @param heartbeatLoss share of heartbeats whose answer is lost
  record Nemesis(
      long everyNanos,
      long untilNanos,
      int killing,
      int freezing,
      int expelling,
      int shuffling,
      int stopping,
      int doubling,
      double heartbeatLoss) {
    Nemesis calmed() {
      return new Nemesis(0, untilNanos, 0, 0, 0, 1, 0, 0, 0);
    }
  }

  /// The outages of what handlers depend on, and the places where they may wait.
  ///
  /// @param downFrom from here every handler throws alike
  /// @param downUntil until here
  /// @param timers whether there is a timer service
  record Trouble(long downFrom, long downUntil, boolean timers) {
    static final Trouble NONE = new Trouble(0, 0, false);
  }

  /// The operators' commands until the faults are over; then they resume.
  ///
  /// @param everyNanos how often they say something; 0 for never
  /// @param pausing relative weight of a pause, or of its end
  /// @param cancelling relative weight of a job that is cancelled
  /// @param lateNanos how long it takes at most until a lane hears of it
  record Command(long everyNanos, int pausing, int cancelling, long lateNanos) {
    static final Command NONE = new Command(0, 0, 0, 0);
  }

  /// @param dice for everything but what failures lead to and what operators do
  /// @param more for what failures lead to
  /// @param orders for what operators do
  static Scenario roll(SplittableRandom dice, SplittableRandom more, SplittableRandom orders) {
    var quiet = dice.nextInt(4) == 0;
    var wide = dice.nextInt(50) == 0;
    var shape = shape(dice, wide);
    return new Scenario(
        shape,
        failures(settings(dice, wide), more, wide),
        mood(dice, quiet, wide),
        log(dice, quiet),
        nemesis(dice, quiet),
        trouble(more, wide),
        command(orders, wide));
  }

  /// This history with other sizes of trials; in one of eight, the log is sound and nothing kills
  /// but records that kill their process.
  ///
  /// @param crashes dice for that alone
  Scenario withCrashes(SplittableRandom crashes) {
    var least = 1 + crashes.nextInt(crashes.nextBoolean() ? 4 : 64);
    var most = least * (1 + crashes.nextInt(8));
    var poisonOnly = !shape.wide() && crashes.nextInt(8) == 0;
    var alone = poisonOnly ? 3 : settings.trials().crashesAloneMax();
    var resized = settings.withTrials(new Trials(alone, least, most, 2 + crashes.nextInt(7)));
    if (!poisonOnly) return new Scenario(shape, resized, mood, log, nemesis, trouble, command);
    var poisons = mood.withPoisons(1 + crashes.nextInt(3));
    return new Scenario(shape, resized, poisons, log.sound(), nemesis.calmed(), trouble, command);
  }

  /// Whether processes die of nothing but of records that kill them.
  boolean onlyPoisonKills() {
    return mood.poisons() > 0
        && nemesis.everyNanos() == 0
        && nemesis.heartbeatLoss() == 0
        && log.isSound();
  }

  private static Command command(SplittableRandom orders, boolean wide) {
    if (wide || orders.nextBoolean()) return Command.NONE;
    return new Command(
        (20 + orders.nextInt(600)) * MS,
        orders.nextInt(3),
        1 + orders.nextInt(3),
        orders.nextInt(3) == 0 ? 0 : orders.nextInt(500) * MS);
  }

  /// Half of the histories know attempts and delays only.
  private static LaneSettings failures(LaneSettings settings, SplittableRandom more, boolean wide) {
    var options = settings.options();
    if (wide || more.nextBoolean()) {
      return with(settings, options.withFailures(FailureOptions.DEFAULT.withOutage(Outage.NEVER)));
    }
    var probeMin = 5 + more.nextInt(50);
    var outage =
        new Outage(
            more.nextInt(4) == 0 ? 0 : 2 + more.nextInt(6),
            Duration.ofMillis(100 + more.nextInt(1_000)),
            more.nextDouble() / 2,
            Duration.ofMillis(probeMin),
            Duration.ofMillis(probeMin + more.nextInt(300)),
            more.nextInt(4) == 0 ? Duration.ofMillis(more.nextInt(300)) : Duration.ofHours(1));
    var ends = FailureOptions.AfterInPlace.values();
    var failures =
        new FailureOptions(
            ends[more.nextInt(ends.length)], Duration.ofMillis(10 + more.nextInt(100)), outage);
    var retry = options.retry().withInPlaceMax(Duration.ofMillis(more.nextInt(400)));
    if (more.nextInt(3) == 0) retry = retry.withTotalMax(Duration.ofMillis(more.nextInt(1_500)));
    return with(settings, options.withFailures(failures).withRetry(retry));
  }

  private static LaneSettings with(LaneSettings settings, PhaseOptions options) {
    return new LaneSettings(
        options, settings.commit(), settings.spanMax(), settings.revokeDrain(), settings.trials());
  }

  private static Trouble trouble(SplittableRandom more, boolean wide) {
    if (wide || more.nextBoolean()) return Trouble.NONE;
    var from = more.nextInt(1_000) * MS;
    return new Trouble(from, from + more.nextInt(1_500) * MS, more.nextBoolean());
  }

  /// The number of records of a poll: no more than a lane may hold.
  int pollMax() {
    return Math.min(shape.pollMax(), settings.options().limits().inFlightItemsMax());
  }

  private static Shape shape(SplittableRandom dice, boolean wide) {
    var lanes = 1 + dice.nextInt(3);
    var items = 20 + (int) (280 * Math.pow(dice.nextDouble(), 3));
    return new Shape(
        1 + dice.nextInt(lanes),
        lanes,
        wide ? 1 : 1 + dice.nextInt(4),
        wide ? 400 + dice.nextInt(200) : items,
        1 + dice.nextInt(items),
        dice.nextInt(4) == 0,
        wide ? 1L << 49 : dice.nextInt(5) == 0 ? 1 + dice.nextInt(5_000) : 1 + dice.nextInt(4),
        dice.nextInt(2) == 0 ? 0 : dice.nextInt(2_000) * MS,
        1 + dice.nextInt(dice.nextBoolean() ? 10 : 500),
        (1 + dice.nextInt(20)) * MS,
        switch (dice.nextInt(3)) {
          case 0 -> Long.MAX_VALUE - dice.nextInt(3_000) * MS; // it wraps while we run
          case 1 -> -dice.nextInt(3_000) * MS;
          default -> dice.nextLong();
        },
        wide);
  }

  private static LaneSettings settings(SplittableRandom dice, boolean wide) {
    var delayMin = dice.nextInt(3) * 20L;
    var retry =
        RetryPolicy.DEFAULT
            .withAttemptsMax(1 + dice.nextInt(5))
            .withDelays(
                Duration.ofMillis(delayMin), Duration.ofMillis(delayMin + dice.nextInt(200)));
    var limits =
        new PhaseOptions.Limits(
            900_000,
            1_000,
            1L << 20,
            wide ? 10_000 : 1 + dice.nextInt(dice.nextBoolean() ? 10 : 200),
            dice.nextInt(4) == 0 ? 2_000 + dice.nextInt(20_000) : 64L << 20);
    var options =
        PhaseOptions.DEFAULT
            .withConcurrency(1 + dice.nextInt(12))
            .withOrdering(wide ? Ordering.KEY : ORDERINGS.get(dice.nextInt(ORDERINGS.size())))
            .withTimeout(Duration.ofMillis(50 + dice.nextInt(200)))
            .withRetry(retry)
            .withLimits(limits);
    var commit =
        new LaneSettings.Commit(
            1 + dice.nextInt(dice.nextBoolean() ? 5 : 100),
            dice.nextInt(3) == 0 ? 500 + dice.nextInt(5_000) : 8L << 20,
            Duration.ofMillis(dice.nextInt(20)));
    return new LaneSettings(
        options,
        commit,
        wide || dice.nextBoolean() ? Long.MAX_VALUE / 4 : 16_384,
        Duration.ofMillis(dice.nextInt(3) == 0 ? 0 : dice.nextInt(500)),
        new Trials(1 + dice.nextInt(3), 64, 512, 8));
  }

  private static Mood mood(SplittableRandom dice, boolean quiet, boolean wide) {
    return new Mood(
        (1 + dice.nextInt(wide ? 2 : 20)) * MS,
        often(dice, quiet, 0.2),
        often(dice, quiet, 0.05),
        often(dice, quiet, 0.1),
        often(dice, quiet, 0.03),
        often(dice, quiet, 0.03),
        often(dice, quiet, 0.05),
        often(dice, quiet, 0.05),
        quiet || wide || dice.nextInt(6) > 0 ? 0 : 1 + dice.nextInt(2),
        often(dice, quiet, 0.1));
  }

  private static Log log(SplittableRandom dice, boolean quiet) {
    return new Log(
        dice.nextInt(4) > 0,
        dice.nextInt(4) == 0 ? 40 * MS : 2 * MS,
        often(dice, quiet, 0.1),
        often(dice, quiet, 0.05),
        often(dice, quiet, 0.1),
        often(dice, quiet, 0.1),
        often(dice, quiet, 0.1),
        often(dice, quiet, 0.1),
        often(dice, quiet, 0.7),
        often(dice, quiet, 0.01),
        dice.nextInt(3) == 0 ? 30 * MS : MS);
  }

  private static Nemesis nemesis(SplittableRandom dice, boolean quiet) {
    return new Nemesis(
        quiet || dice.nextInt(5) == 0 ? 0 : (30 + dice.nextInt(400)) * MS,
        (500 + dice.nextInt(2_500)) * MS,
        dice.nextInt(3),
        dice.nextInt(3),
        dice.nextInt(3),
        1 + dice.nextInt(4),
        dice.nextInt(3),
        dice.nextInt(2),
        often(dice, quiet, 0.3));
  }

  /// Half of the faults are off in each history: too many at once hide each other.
  private static double often(SplittableRandom dice, boolean quiet, double most) {
    var share = dice.nextDouble() * most;
    return quiet || dice.nextBoolean() ? 0 : share;
  }
}
