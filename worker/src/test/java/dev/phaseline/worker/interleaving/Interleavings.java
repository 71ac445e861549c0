package dev.phaseline.worker.interleaving;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An explicit-state search over the interleavings of a program. The program is run again and
/// again; in each run one thread at a time goes on, up to its next access to something shared, and
/// where more than one could, the runs differ. Depth first, until nothing is left to be tried.
///
/// A state that was met before is not searched again. It is known by a hash of what each thread has
/// seen so far (a thread does nothing but what follows from that) and of what is in every shared
/// place. For one test's thread; the program's threads hand the turn to each other.
public final class Interleavings {
  private static final int RUNS_MAX = 500_000;
  private static final long PARK_NANOS = 300_000_000L;

  /// What is searched, run by the first thread. It is made anew for each run.
  public interface Program {
    /// Runs, and throws when something is wrong.
    void run(Interleavings world);
  }

  /// Where runs differ.
  private static final class Fork {
    final int choices;
    int taken;

    Fork(int choices) {
      this.choices = choices;
    }
  }

  /// What a run throws in all its threads when it is not worth going on.
  static final class Stopped extends Error {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("the run has ended", null, false, false);
    }
  }

  /// How far the search went.
  ///
  /// @param runs how often the program was run
  /// @param states how many different states had more than one way on
  /// @param story the steps of the run that failed; empty when none did
  /// @param failure what was thrown; null when nothing was
  public record Found(int runs, int states, String story, @Nullable Throwable failure) {}

  private static @Nullable Interleavings active;

  private final List<Fork> path = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();

  // of the present run
  private final List<Task> tasks = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();
  private final IdentityHashMap<Object, String> names = new IdentityHashMap<>();
  private final Map<String, Task> holders = new HashMap<>();
  private final List<String> story = new ArrayList<>();
  private boolean telling;
  private long contentsHash;
  private int depth;
  private volatile @Nullable Task turn;
  private volatile boolean over;
  private @Nullable Throwable failure;
  private long clockNanos;
  private boolean hurried;
  private boolean coasting;
  private boolean calm;
  private Set<String> ignored = Set.of();
  private BooleanSupplier wakes = () -> true;

  /// Tries every interleaving, or those up to the first failure.
  public static Found search(Class<? extends Program> program, Object... arguments) {
    var search = new Interleavings();
    active = search;
    try {
      return search.all(program, arguments);
    } finally {
      active = null;
    }
  }

  static Interleavings world() {
    if (active == null) throw new IllegalStateException("nothing is searched");
    return active;
  }

  private Found all(Class<? extends Program> program, Object... arguments) {
    for (var runs = 1; runs <= RUNS_MAX; runs++) {
      once(program, arguments);
      if (failure != null) {
        telling = true;
        once(program, arguments);
        return new Found(runs, seen.size(), String.join("\n", story), failure);
      }
      if (!advance()) return new Found(runs, seen.size(), "", null);
    }
    throw new IllegalStateException("not through after " + RUNS_MAX + " runs");
  }

  private boolean advance() {
    while (!path.isEmpty()) {
      var last = path.getLast();
      if (++last.taken < last.choices) return true;
      path.removeLast();
    }
    return false;
  }

  private void once(Class<? extends Program> program, Object... arguments) {
    tasks.clear();
    for (var place : places.values()) place.content = 0;
    names.clear();
    holders.clear();
    story.clear();
    contentsHash = 0;
    depth = 0;
    over = false;
    failure = null;
    clockNanos = 1_000_000_000L;
    hurried = false;
    coasting = false;
    calm = false;
    var main = task(Thread.ofVirtual(), () -> instance(program, arguments).run(this));
    turn = main;
    main.thread.start();
    try {
      for (var i = 0; i < tasks.size(); i++) {
        if (tasks.get(i).started) tasks.get(i).thread.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Program instance(Class<? extends Program> program, Object... arguments) {
    try {
      var constructor = program.getDeclaredConstructors()[0];
      constructor.setAccessible(true);
      return program.cast(constructor.newInstance(arguments));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  Task task(Thread.Builder builder, Runnable program) {
    var task = new Task(tasks.size());
    task.thread = builder.unstarted(() -> live(task, program));
    tasks.add(task);
    return task;
  }

  Task taskOf(Thread thread) {
    for (var task : tasks) if (task.thread.equals(thread)) return task;
    throw new IllegalStateException(thread + " is not of this program");
  }

  private void live(Task task, Runnable program) {
    try {
      task.awaitTurn();
      task.local = mix(task.local, 13); // it has begun
      program.run();
      task.done = true;
      var next = next();
      if (next != null) hand(next);
    } catch (Stopped stopped) {
      // another way on is tried
    } catch (Throwable thrown) { // whatever it is, it is what was searched for
      failed(thrown);
    }
  }

  private void failed(Throwable thrown) {
    if (failure == null) failure = thrown;
    stop();
  }

  /// Ends the run: something is wrong. What is thrown may be caught by those who catch everything.
  public void fail(String what) {
    var wrong = new AssertionError(what);
    failed(wrong);
    throw wrong;
  }

  private void stop() {
    over = true;
    for (var task : tasks) LockSupport.unpark(task.thread);
  }

  private void hand(Task next) {
    turn = next;
    LockSupport.unpark(next.thread);
  }

  /// The thread whose turn it is.
  Task me() {
    if (over) throw new Stopped();
    var task = turn;
    if (task == null) throw new IllegalStateException("it is no thread's turn");
    return task;
  }

  /// The next step of this thread is an access to something shared: it comes when it is its turn.
  void step(String how, String what) {
    step(how, what, null);
  }

  /// As above, for a step that can't be taken before something holds.
  void step(String how, String what, @Nullable BooleanSupplier possible) {
    if (calm) {
      quietly(how, what);
      return;
    }
    var task = me();
    task.possible = possible;
    var next = next();
    if (next != null && next != task) {
      hand(next);
      task.awaitTurn();
    }
    task.possible = null;
    taken(how, what);
  }

  /// Whether accesses to this make no difference to what is looked for.
  boolean isIgnored(String place) {
    return ignored.contains(place);
  }

  /// Accesses to these are made, but are neither steps nor part of a state.
  public void ignore(Set<String> places) {
    ignored = Set.copyOf(places);
  }

  /// A step that needs no turn of its own: what it touches is only counted, or the order was
  /// decided by the step before it.
  void quietly(String how, String what) {
    if (over) throw new Stopped();
    taken(how, what);
  }

  private void taken(String how, String what) {
    var task = me();
    task.local = mix(task.local, what.hashCode()); // it is a step further, whatever it sees
    if (telling) story.add("  ".repeat(task.id) + task.id + ": " + how + ' ' + what);
  }

  private @Nullable Task next() {
    var able = new ArrayList<Task>(tasks.size());
    var alive = false;
    for (var task : tasks) {
      if (task.done || !task.started) continue;
      alive = true;
      if (task.isAble()) able.add(task);
    }
    if (!alive) return null;
    if (able.isEmpty()) {
      for (var task : tasks) if (task.parked && !task.done) able.add(task);
      clockNanos += PARK_NANOS; // a wait ends when nothing else can happen
    }
    if (able.isEmpty()) fail("no thread can go on");
    if (able.size() == 1) return able.getFirst();
    // the one that is at it goes first: fewer threads to be woken
    var current = turn;
    if (current != null && able.remove(current)) able.addFirst(current);
    return able.get(coasting ? 0 : fork(able.size()));
  }

  private int fork(int choices) {
    if (depth < path.size()) {
      var known = path.get(depth++);
      if (known.choices != choices) fail("a run is not repeatable");
      return known.taken;
    }
    if (!seen.add(fingerprint())) {
      stop();
      throw new Stopped();
    }
    path.add(new Fork(choices));
    depth++;
    return 0;
  }

  private long fingerprint() {
    var hash = contentsHash;
    for (var task : tasks) {
      var state = (task.done ? 1 : 0) + (task.started ? 2 : 0) + (task.parked ? 4 : 0);
      hash += mix(mix(task.id + 1, state), task.local);
    }
    return mix(hash, clockNanos);
  }

  private static long hash(String text) {
    var hash = 0xCBF29CE484222325L;
    for (var i = 0; i < text.length(); i++) hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    return hash;
  }

  static long mix(long hash, long value) {
    var x = (hash ^ value * 0x9E3779B97F4A7C15L) + 0x632BE59BD9B4E019L;
    x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
    x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
    return x ^ x >>> 31;
  }

  /// The present thread has seen this.
  void saw(long value) {
    var task = me();
    task.local = mix(task.local, value);
  }

  /// The present thread has written this there.
  void wrote(String place, long value) {
    var task = me();
    task.local = mix(task.local, value);
    var at = place(place);
    put(at, mix(at.content, mix(task.local, value)));
  }

  /// There is this in that place now, however it came there.
  void put(String place, long content) {
    put(place(place), content);
  }

  private void put(Place place, long content) {
    if (place.content != 0) contentsHash -= mix(place.hash, place.content);
    if (content != 0) contentsHash += mix(place.hash, content);
    place.content = content;
  }

  private Place place(String name) {
    return places.computeIfAbsent(name, Place::new);
  }

  /// Something shared, and what is in it; 0 for what it began with.
  private static final class Place {
    final long hash;
    long content;

    Place(String name) {
      hash = hash(name);
    }
  }

  /// What an object is known by: which thread saw it first, and how many it had seen. What it holds
  /// follows from what that thread has seen, which is part of the state.
  long token(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case Boolean flag -> flag ? 1 : 2;
      case Number number -> number.longValue();
      default -> hash(name(value));
    };
  }

  String name(Object value) {
    var known = names.get(value);
    if (known != null) return known;
    var task = me();
    var name = value.getClass().getSimpleName() + ' ' + task.id + '.' + ++task.named;
    names.put(value, name);
    return name;
  }

  /// A lock that is held by the same thread again would need a count; none here is.
  boolean isFree(String lock, Task by) {
    if (holders.get(lock) == by) throw new IllegalStateException(lock + " is taken twice");
    return !holders.containsKey(lock);
  }

  void take(String lock, Task by) {
    holders.put(lock, by);
    put(lock, by.id + 1);
    saw(4);
  }

  void release(String lock) {
    holders.remove(lock);
    put(lock, 0);
  }

  /// Names something shared, before other threads see it.
  public void name(Object value, String name) {
    names.put(value, name);
  }

  /// What the clock shows: it goes on when nothing else can happen, and when it is put forward.
  public long clockNanos() {
    return clockNanos;
  }

  /// Puts the clock forward.
  public void pass(long nanos) {
    clockNanos += nanos;
  }

  /// Whether waiting ends at once, as if it were over just then.
  public void hurry(boolean now) {
    hurried = now;
  }

  /// What a parked thread waits for.
  public void wakes(BooleanSupplier news) {
    wakes = news;
  }

  void park() {
    var task = me();
    task.parked = true;
    step("parks", "until there is news", wakes);
    task.parked = false;
  }

  /// From here on this run goes one way.
  public void coast() {
    coasting = true;
  }

  boolean isHurried() {
    return hurried;
  }

  /// A choice that the program leaves open: each is tried.
  public int choose(int choices) {
    var task = me();
    var choice = fork(choices);
    task.local = mix(task.local, choice + 1);
    return choice;
  }

  /// Something happens that all threads agree on when it did: `change` may look at what was told
  /// before.
  public void event(String what, Runnable change) {
    step("event:", what);
    calm = true; // what is looked at now is part of this step
    change.run();
    calm = false;
    var before = place("events").content;
    put("events", mix(before, hash(what)));
    saw(before);
  }

  /// Waits until something holds; it is looked at when other threads have taken steps.
  public void await(String what, BooleanSupplier holds) {
    step("waits until", what, holds);
    saw(3);
  }

  /// Waits until all other threads have ended.
  public void awaitOthers() {
    var task = me();
    await("the others have ended", () -> tasks.stream().allMatch(t -> t == task || t.done));
  }

  /// Whether the present thread is interrupted.
  public boolean isInterrupted() {
    var task = me();
    quietly("looks at", "its interrupt");
    saw(task.interrupted ? 5 : 6);
    return task.interrupted;
  }

  /// Waits until the present thread is interrupted.
  public void awaitInterrupt() {
    var task = me();
    await("it is interrupted", () -> task.interrupted);
  }

  /// One thread of the program.
  final class Task {
    final int id;
    final String name;
    final String interruptPlace;
    Thread thread = Thread.currentThread();
    boolean started;
    boolean done;
    boolean parked;
    boolean interrupted;
    int named;
    long local;
    @Nullable BooleanSupplier possible;

    private Task(int id) {
      this.id = id;
      this.name = "thread " + id;
      this.interruptPlace = "interrupt of " + id;
      this.started = id == 0;
      this.local = id;
    }

    private boolean isAble() {
      return possible == null || possible.getAsBoolean();
    }

    private void awaitTurn() {
      while (turn != this) {
        if (over) throw new Stopped();
        LockSupport.park(Interleavings.this);
      }
      if (over) throw new Stopped();
    }
  }
}
