package dev.phaseline.worker.interleaving;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What takes the place of accesses to shared memory in [SteppedClasses]: the access itself, as one
/// step of the thread that makes it. Called by the rewritten classes; for the thread whose turn it
/// is.
public final class Steps {
  private Steps() {}

  private static Interleavings world() {
    return Interleavings.world();
  }

  private static boolean isIgnored(Object target) {
    return world().isIgnored(world().name(target));
  }

  private static void access(Object target, String how) {
    if (!isIgnored(target)) world().step(how, world().name(target));
  }

  private static void saw(Object target, long value) {
    if (!isIgnored(target)) world().saw(value);
  }

  private static void put(Object target, long value) {
    if (!isIgnored(target)) world().put(world().name(target), value);
  }

  private static void was(Object target, long before, long now) {
    if (before != now) put(target, now);
    saw(target, before);
  }

  // fields

  /// A volatile field is about to be read.
  public static void reads(String field) {
    if (!world().isIgnored(field)) world().step("reads", field);
  }

  /// What was read.
  public static void saw(int value, String field) {
    if (!world().isIgnored(field)) world().saw(value);
  }

  /// What was read.
  public static void saw(long value, String field) {
    if (!world().isIgnored(field)) world().saw(value);
  }

  /// What was read.
  public static void saw(@Nullable Object value, String field) {
    if (!world().isIgnored(field)) world().saw(world().token(value));
  }

  /// A volatile field is about to be written.
  public static void writes(int value, String field) {
    if (world().isIgnored(field)) return;
    world().step("writes", field);
    world().wrote(field, value);
  }

  /// A volatile field is about to be written.
  public static void writes(long value, String field) {
    if (world().isIgnored(field)) return;
    world().step("writes", field);
    world().wrote(field, value);
  }

  /// A plain field is about to be written, under a lock or before it is shared.
  public static void notes(int value, String field) {
    world().wrote(field, value);
  }

  /// A plain field is about to be written, under a lock or before it is shared.
  public static void notes(long value, String field) {
    world().wrote(field, value);
  }

  /// A plain field is about to be written, under a lock or before it is shared.
  public static void notes(@Nullable Object value, String field) {
    world().wrote(field, world().token(value));
  }

  /// A field is about to be compared and set.
  public static void swaps(String field) {
    if (!world().isIgnored(field)) world().step("compares and sets", field);
  }

  /// Whether it was set.
  public static boolean swapped(boolean done, Object target, int value) {
    world().saw(done ? 1 : 2);
    if (done) world().put(world().name(target), value);
    return done;
  }

  // locks

  /// Takes a lock.
  public static void enter(Object lock) {
    var held = world().name(lock);
    var me = world().me();
    world().step("locks", held, () -> world().isFree(held, me));
    world().take(held, me);
  }

  /// Lets it go.
  public static void exit(Object lock) {
    var held = world().name(lock);
    world().quietly("unlocks", held); // what was waited for was decided when it was locked
    world().release(held);
  }

  // java.util.Queue and java.util.Set, the concurrent ones

  private static void holds(Collection<?> values) {
    var content = (long) values.size();
    for (var value : values) {
      var token = world().token(value);
      content = values instanceof Set ? content + token : Interleavings.mix(content, token);
    }
    world().put(world().name(values), content);
  }

  /// As in [Queue].
  public static <T> boolean add(Queue<T> queue, T value) {
    access(queue, "adds to");
    queue.add(value);
    world().token(value);
    holds(queue);
    return true;
  }

  /// As in [Queue].
  public static <T> @Nullable T poll(Queue<T> queue) {
    access(queue, "polls");
    var value = queue.poll();
    world().saw(world().token(value));
    if (value != null) holds(queue);
    return value;
  }

  /// As in [Queue].
  public static boolean isEmpty(Queue<?> queue) {
    world().quietly("looks at", world().name(queue)); // only before it waits
    world().saw(queue.isEmpty() ? 1 : 2);
    return queue.isEmpty();
  }

  /// As in [Queue].
  public static void clear(Queue<?> queue) {
    access(queue, "clears");
    queue.clear();
    holds(queue);
  }

  /// As in [Set].
  public static <T> boolean add(Set<T> set, T value) {
    access(set, "adds to");
    world().token(value);
    var done = set.add(value);
    holds(set);
    return done;
  }

  /// As in [Set].
  public static boolean remove(Set<?> set, Object value) {
    access(set, "removes from");
    var done = set.remove(value);
    if (done) holds(set);
    return done;
  }

  /// As in [Set], in an order that is the same in equal runs.
  public static <T> Iterator<T> iterator(Set<T> set) {
    access(set, "goes through");
    List<T> all = new ArrayList<>(set);
    all.sort((a, b) -> world().name(a).compareTo(world().name(b)));
    for (var each : all) world().saw(world().token(each));
    return all.iterator();
  }

  // numbers and references

  /// As in [AtomicInteger].
  public static int get(AtomicInteger number) {
    access(number, "reads");
    var value = number.get();
    was(number, value, value);
    return value;
  }

  /// As in [AtomicInteger].
  public static int incrementAndGet(AtomicInteger number) {
    access(number, "increments");
    var now = number.incrementAndGet();
    was(number, now - 1, now);
    return now;
  }

  /// As in [AtomicInteger].
  public static int decrementAndGet(AtomicInteger number) {
    access(number, "decrements");
    var now = number.decrementAndGet();
    was(number, now + 1, now);
    return now;
  }

  /// As in [AtomicInteger].
  public static boolean compareAndSet(AtomicInteger number, int before, int after) {
    access(number, "compares and sets");
    var is = number.get();
    var done = number.compareAndSet(before, after);
    was(number, is, done ? after : is);
    return done;
  }

  /// As in [AtomicLong].
  public static long get(AtomicLong number) {
    access(number, "reads");
    var value = number.get();
    was(number, value, value);
    return value;
  }

  /// As in [AtomicLong].
  public static long addAndGet(AtomicLong number, long more) {
    access(number, "adds to");
    var now = number.addAndGet(more);
    was(number, now - more, now);
    return now;
  }

  /// As in [AtomicReference].
  public static <T> @Nullable T get(AtomicReference<@Nullable T> reference) {
    access(reference, "reads");
    var value = reference.get();
    saw(reference, world().token(value));
    return value;
  }

  /// As in [AtomicReference].
  public static <T> void set(AtomicReference<@Nullable T> reference, @Nullable T value) {
    access(reference, "writes");
    reference.set(value);
    put(reference, world().token(value));
  }

  /// As in [AtomicReference].
  public static <T> @Nullable T getAndSet(
      AtomicReference<@Nullable T> reference, @Nullable T value) {
    access(reference, "replaces");
    var before = reference.getAndSet(value);
    put(reference, world().token(value));
    saw(reference, world().token(before));
    return before;
  }

  /// As in [AtomicReference].
  public static <T> boolean compareAndSet(
      AtomicReference<@Nullable T> reference, @Nullable T before, @Nullable T after) {
    access(reference, "compares and sets");
    var done = reference.compareAndSet(before, after);
    put(reference, world().token(reference.get()));
    saw(reference, done ? 1 : 2);
    return done;
  }

  // threads and time

  /// As in [Thread.Builder].
  public static Thread unstarted(Thread.Builder builder, Runnable program) {
    var task = world().task(builder, program);
    world().name(task.thread, task.name);
    return task.thread;
  }

  /// As in [Thread.Builder.OfVirtual].
  public static Thread unstarted(Thread.Builder.OfVirtual builder, Runnable program) {
    return unstarted((Thread.Builder) builder, program);
  }

  /// As in [Thread].
  public static void start(Thread thread) {
    var task = world().taskOf(thread);
    thread.start();
    task.started = true;
    world().step("starts", task.name);
  }

  /// As in [Thread].
  public static void interrupt(Thread thread) {
    var task = world().taskOf(thread);
    world().quietly("interrupts", task.name); // under the lock under which it is cleared
    task.interrupted = true;
    world().put(task.interruptPlace, 1);
    world().saw(1);
  }

  /// As in [Thread].
  public static boolean interrupted() {
    var task = world().me();
    world().quietly("clears", "its interrupt");
    var was = task.interrupted;
    task.interrupted = false;
    world().put(task.interruptPlace, 0);
    world().saw(was ? 1 : 2);
    return was;
  }

  /// As in [java.util.concurrent.locks.LockSupport], for a thread that only waits for news: it ends
  /// when what it waits for has come, or when nothing else can happen.
  public static void parkNanos(Object blocker, long nanos) {
    if (!world().isHurried()) world().park();
  }

  /// As in [java.util.concurrent.locks.LockSupport].
  public static void unpark(@Nullable Thread thread) {}

  /// The search's clock.
  public static long nanoTime() {
    var now = world().clockNanos();
    world().saw(now);
    return now;
  }
}
