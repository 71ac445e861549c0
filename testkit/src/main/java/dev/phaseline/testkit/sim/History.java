package dev.phaseline.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One history: rolled from its seed, played to the end, judged. The same seed gives the same
/// history, event by event.
public final class History {
  private static final int EVENTS_MAX = 3_000_000;
  private static final long DRAIN_NANOS = 600_000 * Scenario.MS;
  private static final long OPERATORS = 0x0F0F_1E1E_3C3C_7880L;
  private static final long CRASHES = 0x7A3C_55AA_1234_8D21L;
  private static final long SWITCHES = 0x3D91_0B6E_7F25_A4C3L;
  private static final long QUICKNESS = 0x51B7_E02D_9A64_3F1EL;
  private static final long FAILURE_HANDLERS = 0x6c1f0a7be35d9241L;
  private static final long QUIET_NANOS = 200 * Scenario.MS;

  private final World world;
  private final Scenario scenario;
  private final Books books;
  private final SimGroup group;
  private final SimLane.Shared shared;
  private final Tampering tampering;
  private final SimControl control = new SimControl();
  private final SimProcess[] current;
  private final List<SimProcess> doubled = new ArrayList<>();
  private int lanesMade;
  private boolean healed;

  private History(long seed, Trace trace, Tampering tampering) {
    this.tampering = tampering;
    var dice = new SplittableRandom(seed);
    // what failures lead to has dice of its own: so it changed no history that was known before
    // and so have operators, what kills processes, and switches of threads
    scenario =
        Scenario.roll(dice, new SplittableRandom(~seed), new SplittableRandom(seed ^ OPERATORS))
            .withCrashes(new SplittableRandom(seed ^ CRASHES));
    world = new World(dice, trace, scenario.shape().clockBase(), EVENTS_MAX);
    var topic = new SimTopic(scenario, world);
    group = new SimGroup(world, topic.partitions(), scenario.log().assignmentEpochs());
    var switches =
        new Switches(
            new SplittableRandom(seed ^ SWITCHES),
            new SplittableRandom(seed ^ QUICKNESS),
            new SplittableRandom(seed ^ FAILURE_HANDLERS));
    books = new Books(topic, scenario, world, control, switches);
    var transactions = new SimTransactions(world, books, scenario);
    shared =
        new SimLane.Shared(
            world, scenario, books, group, transactions, () -> healed, control, switches);
    current = new SimProcess[scenario.shape().processes()];
  }

  /// Plays the history of a seed.
  public static Verdict play(long seed) {
    return play(seed, Tampering.NONE.name());
  }

  /// Plays it with something broken on the side that performs.
  ///
  /// @param tampering the name of a [Tampering]
  static Verdict play(long seed, String tampering) {
    var trace = new Trace();
    History history = null;
    try {
      history = new History(seed, trace, Tampering.valueOf(tampering));
      history.play();
      return history.verdict(seed, "", "", trace);
    } catch (Violation e) {
      return verdict(history, seed, e.invariant(), String.valueOf(e.getMessage()), trace);
    } catch (RuntimeException | StackOverflowError e) {
      return verdict(history, seed, "engine-stands", stack(e), trace);
    }
  }

  /// The kinds of events in a seed's history.
  static Set<String> whatHappens(long seed) {
    var trace = new Trace();
    new History(seed, trace, Tampering.NONE).play();
    return trace.kinds();
  }

  private static Verdict verdict(
      @Nullable History history, long seed, String invariant, String message, Trace trace) {
    if (history == null) throw new IllegalStateException("seed " + seed + ": " + message);
    return history.verdict(seed, invariant, message, trace);
  }

  private Verdict verdict(long seed, String invariant, String message, Trace trace) {
    return new Verdict(
        seed,
        invariant,
        message,
        trace.hash(),
        trace.count(),
        books.topic().size(),
        books.commits(),
        invariant.isEmpty() ? "" : scenario + "\n" + trace.tail());
  }

  private static String stack(Throwable e) {
    var text = new StringBuilder(e.toString());
    var frames = e.getStackTrace();
    for (var i = 0; i < Math.min(8, frames.length); i++) text.append("\n    at ").append(frames[i]);
    return text.toString();
  }

  private void play() {
    for (var place = 0; place < current.length; place++) start(place);
    for (var p = 0; p < books.topic().partitions(); p++) {
      for (var item : books.topic().of(p)) world.at(item.visibleAt(), this::wakeAll);
    }
    var nemesis = scenario.nemesis();
    if (nemesis.everyNanos() > 0) world.after(nemesis.everyNanos(), this::strike);
    var command = scenario.command();
    if (command.everyNanos() > 0) world.after(command.everyNanos(), this::command);
    world.waitFor(nemesis.untilNanos(), books::allSettled);
    world.waitFor(world.now() + QUIET_NANOS, () -> false);
    heal();
    world.waitFor(world.now() + DRAIN_NANOS, this::isDrained);
    if (!isDrained()) {
      throw new Violation(
          "it-drains",
          books.settledCount()
              + " of "
              + books.topic().size()
              + " are settled"
              + (books.quarantinesAreOver() ? "" : ", and a quarantine is not over"));
    }
    world.waitFor(world.now() + QUIET_NANOS, () -> false);
    books.tell(Guarantee::ended);
    for (var process : current) for (var lane : process.lanes()) judge(lane);
  }

  private void judge(SimLane lane) {
    var stats = lane.engine().stats();
    if (stats.held() != 0 || stats.inProgress() != 0 || stats.backingOff() != 0) {
      throw new Violation("bounds", "lane " + lane.id + " is idle and holds " + stats);
    }
  }

  private void wakeAll() {
    for (var process : current) {
      for (var lane : process.lanes()) if (!lane.isDead()) lane.news();
    }
  }

  private boolean isDrained() {
    if (!books.allSettled() || !books.quarantinesAreOver()) return false;
    for (var process : current) {
      if (process.isDead()) return false;
      for (var lane : process.lanes()) {
        if (!lane.engine().isDrained() || lane.engine().stats().held() > 0) return false;
      }
    }
    return true;
  }

  private void start(int place) {
    var process = new SimProcess(place, world, books, this::restart);
    current[place] = process;
    world.note("process starts", -1, -1, -1, place);
    for (var name = place; name < scenario.shape().lanes(); name += current.length) {
      process.add(new SimLane(lanesMade++, name, process, shared, tampering));
    }
  }

  private void restart(SimProcess process) {
    if (current[process.place] != process) return;
    world.after(
        world.between(1, 200 * Scenario.MS),
        () -> {
          if (current[process.place] == process) start(process.place);
        });
  }

  /// An operator says something; each lane hears of it some time later.
  private void command() {
    if (healed) return;
    var command = scenario.command();
    if (world.below(command.pausing() + command.cancelling()) < command.pausing()) {
      world.note(control.now().paused() ? "resume" : "pause", -1, -1, -1, -1);
      control.pause(!control.now().paused());
    } else {
      var job = world.below(SimItem.JOBS);
      world.note("cancel", -1, -1, -1, job);
      control.cancel(job);
    }
    spread(command.lateNanos());
    world.after(world.between(1, 2 * command.everyNanos()), this::command);
  }

  private void spread(long lateNanos) {
    for (var process : current) {
      for (var lane : process.lanes()) {
        world.after(world.between(0, lateNanos), () -> lane.tell(control.now()));
      }
    }
    for (var process : doubled) for (var lane : process.lanes()) lane.tell(control.now());
  }

  private void strike() {
    if (healed) return;
    var nemesis = scenario.nemesis();
    var total =
        nemesis.killing()
            + nemesis.freezing()
            + nemesis.expelling()
            + nemesis.shuffling()
            + nemesis.stopping()
            + nemesis.doubling();
    strike(current[world.below(current.length)], world.below(total));
    world.after(world.between(1, 2 * nemesis.everyNanos()), this::strike);
  }

  private void strike(SimProcess process, int roll) {
    if (process.isDead()) return;
    var nemesis = scenario.nemesis();
    var rest = roll;
    if ((rest -= nemesis.killing()) < 0) {
      process.die("is killed", -1);
    } else if ((rest -= nemesis.freezing()) < 0) {
      process.freeze(world.between(0, 800 * Scenario.MS));
    } else if ((rest -= nemesis.expelling()) < 0) {
      process.lanes().get(world.below(process.lanes().size())).expel();
    } else if ((rest -= nemesis.shuffling()) < 0) {
      world.note("partitions are dealt out", -1, -1, -1, -1);
      group.shuffle(world.roll());
    } else if ((rest -= nemesis.stopping()) < 0) {
      process.close(world.between(0, 500 * Scenario.MS));
    } else {
      replace(process);
    }
  }

  /// The process stands still, somebody believes it dead and puts another in its place; then it
  /// goes on for a while, with the same name.
  private void replace(SimProcess process) {
    process.freeze(world.between(1, 500 * Scenario.MS));
    doubled.add(process);
    start(process.place);
    world.after(
        process.frozenFor() + world.between(1, 300 * Scenario.MS),
        () -> process.die("double is killed", -1));
  }

  private void heal() {
    healed = true;
    world.note("healed", -1, -1, -1, -1);
    for (var process : doubled) process.die("double is killed", -1);
    for (var process : current) process.thaw();
    if (scenario.command().everyNanos() == 0) return; // history is as it was without operators
    control.pause(false);
    spread(0);
  }
}
