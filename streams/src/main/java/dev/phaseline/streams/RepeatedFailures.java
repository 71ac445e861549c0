package dev.phaseline.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// Counter of failures that are alike: what fails again and again at the same place won't mend.
/// Alike are failures of one exception class, from one line of code, at one record. Thread-safe.
final class RepeatedFailures {
  static final int MAX = 10;
  static final Duration WITHIN = Duration.ofMinutes(10);

  /// The form in which Kafka Streams names the record at which a processor failed.
  private static final Pattern RECORD =
      Pattern.compile("taskId=[^,]+|topic=[^,]+|partition=\\d+|offset=\\d+");

  private final LongSupplier nanoTime;
  private final Map<String, Queue<Long>> atNanos = new HashMap<>(); // guarded by this

  RepeatedFailures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// Whether it may be begun once more after this failure.
  synchronized boolean oneMore(Throwable thrown) {
    var now = nanoTime.getAsLong();
    for (var times : atNanos.values()) {
      while (!times.isEmpty() && now - times.peek() > WITHIN.toNanos()) times.remove();
    }
    atNanos.values().removeIf(Queue::isEmpty);
    var times = atNanos.computeIfAbsent(signature(thrown), _ -> new ArrayDeque<>());
    if (times.size() >= MAX) return false;
    return times.add(now);
  }

  private static String signature(Throwable thrown) {
    var signature = new StringBuilder();
    for (var cause : CausalChain.of(thrown)) {
      var record = RECORD.matcher(String.valueOf(cause.getMessage()));
      while (record.find()) signature.append(record.group()).append(' ');
    }
    var innermost = CausalChain.innermost(thrown);
    signature.append(innermost.getClass().getName());
    var frames = innermost.getStackTrace();
    return frames.length == 0 ? signature.toString() : signature.append(frames[0]).toString();
  }
}
