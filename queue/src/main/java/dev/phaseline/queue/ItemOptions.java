package dev.phaseline.queue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Options of an item that is to be created. Immutable; if it exists, it is valid.
public final class ItemOptions {
  /// A new id, no headers, available at once.
  public static final ItemOptions DEFAULT = new ItemOptions(null, Map.of(), Duration.ZERO);

  private final @Nullable String id;
  private final Map<String, String> headers;
  private final Duration delay;

  private ItemOptions(@Nullable String id, Map<String, String> headers, Duration delay) {
    this.id = id;
    this.headers = headers;
    this.delay = delay;
  }

  /// Options with an id of the caller's. A queue does not look whether it has an item of this id:
  /// the id is for the consumers.
  ///
  /// @throws IllegalArgumentException when [QueueRules#checkId] refuses it
  public ItemOptions withId(String another) {
    QueueRules.checkId(another);
    return new ItemOptions(another, headers, delay);
  }

  /// Options with other headers.
  ///
  /// @throws IllegalArgumentException when [QueueRules#checkHeaders] refuses them
  public ItemOptions withHeaders(Map<String, String> others) {
    QueueRules.checkHeaders(others);
    return new ItemOptions(id, Map.copyOf(others), delay);
  }

  /// Options with another delay, before which no claim gets the item.
  ///
  /// @param another zero to [QueueRules#DELAY_MAX]
  public ItemOptions withDelay(Duration another) {
    QueueRules.checkDelay(another);
    return new ItemOptions(id, headers, another);
  }

  /// The item's id; empty: a new one.
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /// Headers: texts beside the data, by name.
  public Map<String, String> headers() {
    return headers;
  }

  /// The time before which no claim gets the item.
  public Duration delay() {
    return delay;
  }
}
