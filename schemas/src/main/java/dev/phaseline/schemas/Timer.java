package dev.phaseline.schemas;

import dev.phaseline.schemas.InvalidTimerException.Part;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// A record that is to be written later. The arrays and the headers are the maker's and must not
/// change afterwards.
///
/// Whether the target is in the namespace and the time within bounds is checked where a record is
/// made of it, by [TimerRecords], which knows both.
public final class Timer {
  private final String id;
  private final Instant due;
  private final String target;
  private final byte @Nullable [] key;
  private final byte @Nullable [] value;
  private final Headers headers;

  /// Makes one.
  ///
  /// @param id who it is: 1 to 249 characters, none of them a control character. The newest timer
  ///   of an id replaces the ones before it, see [TimerRecords]
  /// @param due when; what is past is due at once. Counted in milliseconds: a fraction waits for
  ///   the next one, so that nothing is early
  /// @param target the topic that it goes to
  /// @param key the record's key there
  /// @param value the record's value there
  /// @param headers the record's headers there
  /// @throws InvalidTimerException when the id is not valid
  public Timer(
      String id,
      Instant due,
      String target,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers) {
    TimerIds.check(id);
    if (target.isEmpty()) throw new InvalidTimerException(Part.TARGET, "the target is empty");
    this.id = id;
    this.due = due;
    this.target = target;
    this.key = key;
    this.value = value;
    this.headers = headers;
  }

  /// Id of the timer.
  public String id() {
    return id;
  }

  /// The time at which it is due.
  public Instant due() {
    return due;
  }

  /// The topic that it goes to.
  public String target() {
    return target;
  }

  /// The record's key there.
  public byte @Nullable [] key() {
    return key;
  }

  /// The record's value there.
  public byte @Nullable [] value() {
    return value;
  }

  /// The record's headers there.
  public Headers headers() {
    return headers;
  }

  @Override
  public String toString() {
    return "timer " + id + " due " + due + " for " + target;
  }
}
