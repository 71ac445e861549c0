package dev.phaseline.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.Utf8;
import java.time.Duration;
import java.util.Map;

/// Limits of queues and their items, the same for every storage, and the checks of arguments
/// against them. Pure.
public final class QueueRules {
  /// A lease is no shorter.
  public static final Duration LEASE_MIN = Duration.ofMillis(100);

  /// A lease is no longer; a consumer that needs more time extends it.
  public static final Duration LEASE_MAX = Duration.ofHours(12);

  /// A delay is no longer.
  public static final Duration DELAY_MAX = Duration.ofDays(366);

  /// A claim waits no longer.
  public static final Duration WAIT_MAX = Duration.ofMinutes(5);

  /// More items are not claimed at once.
  public static final int CLAIM_MAX = 1_000;

  /// More items are not created at once.
  public static final int BATCH_MAX = 10_000;

  /// No queue hands an item out more often.
  public static final int DELIVERIES_MAX = 1_000;

  /// No queue takes larger items: 100 MiB.
  public static final int ITEM_BYTES_MAX = 100 << 20;

  /// An item has no more headers.
  public static final int HEADERS_MAX = 64;

  /// The name of a header has no more characters.
  public static final int HEADER_NAME_CHARS_MAX = 100;

  /// Names of headers that begin so are Phaseline's own.
  public static final String OWN_HEADER_START = "pl-";

  private QueueRules() {}

  /// Refuses a name that is no name of a queue: the same rule as for pipelines.
  ///
  /// @throws IllegalArgumentException naming it and the rule
  public static void checkName(String name) {
    if (!TopicNames.isName(name)) {
      throw new IllegalArgumentException(
          "queue name '" + name + "' is not valid: " + TopicNames.NAME_RULE);
    }
  }

  /// Refuses an id that could not be shown or typed, or be the id of a job.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  public static void checkId(String id) {
    ItemHeaders.checkId("item id", id);
  }

  /// Refuses headers that not every storage could keep.
  ///
  /// @throws IllegalArgumentException naming the first that is not valid
  public static void checkHeaders(Map<String, String> headers) {
    if (headers.size() > HEADERS_MAX) {
      throw new IllegalArgumentException(
          headers.size() + " headers, at most " + HEADERS_MAX + " are allowed");
    }
    headers.forEach(QueueRules::checkHeader);
  }

  private static void checkHeader(String name, String value) {
    if (name.isEmpty() || name.length() > HEADER_NAME_CHARS_MAX) {
      throw new IllegalArgumentException(
          "header name '"
              + name
              + "' is not valid: use 1 to "
              + HEADER_NAME_CHARS_MAX
              + " characters");
    }
    if (name.startsWith(OWN_HEADER_START)) {
      throw new IllegalArgumentException(
          "header name '" + name + "' is not valid: '" + OWN_HEADER_START + "' is reserved");
    }
    checkText("header name '" + name + "'", name);
    checkText("header '" + name + "'", value);
  }

  private static void checkText(String what, String text) {
    Utf8.check(what, text);
    if (text.indexOf('\0') >= 0) throw new IllegalArgumentException(what + " has a NUL character");
  }

  /// Refuses a lease that is not [#LEASE_MIN] to [#LEASE_MAX].
  ///
  /// @throws IllegalArgumentException naming it and the limits
  public static void checkLease(Duration lease) {
    check("lease", lease, LEASE_MIN, LEASE_MAX, "; extend the lease for longer work");
  }

  /// Refuses a delay that is not zero to [#DELAY_MAX].
  ///
  /// @throws IllegalArgumentException naming it and the limits
  public static void checkDelay(Duration delay) {
    check("delay", delay, Duration.ZERO, DELAY_MAX, "");
  }

  static void checkWait(Duration wait) {
    check("wait", wait, Duration.ZERO, WAIT_MAX, "; claim again to wait longer");
  }

  static void checkClaimMax(int max) {
    check("max", max, CLAIM_MAX);
  }

  static void checkDeliveries(int max) {
    check("deliveriesMax", max, DELIVERIES_MAX);
  }

  static void checkItemBytes(int max) {
    check("itemBytesMax", max, ITEM_BYTES_MAX);
  }

  static void checkBatch(int size) {
    if (size > BATCH_MAX) {
      throw new IllegalArgumentException(
          size + " items at once, at most " + BATCH_MAX + " are allowed: create them in parts");
    }
  }

  /// Bytes of an item as they are counted against [QueueOptions#itemBytesMax()].
  static long bytesOf(StoredItem item) {
    var bytes = (long) item.payload().length;
    for (var header : item.headers().entrySet()) {
      bytes += header.getKey().getBytes(UTF_8).length + header.getValue().getBytes(UTF_8).length;
    }
    return bytes;
  }

  private static void check(String what, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(what + " " + value + " is not valid: use 1 to " + max);
    }
  }

  private static void check(
      String what, Duration value, Duration min, Duration max, String remedy) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          what + " " + value + " is not valid: use " + min + " to " + max + remedy);
    }
  }
}
