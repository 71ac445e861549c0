package dev.phaseline.core.run;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.ItemFailure;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The saga of an item, which travels with it from record to record: the phases that it has
/// finished and that have a compensation, whether it is being compensated, and how often failure
/// handlers have sent it to a phase. All of it is text of bounded length, for headers. Immutable.
///
/// @param finished the phases, the latest last, each once: its name, the version of the payload,
///   the key that the item had there and the payload, both in base64, separated by spaces; `-` for
///   no key
/// @param compensating the phase that asked for compensation and its reason, separated by a space;
///   null: the item is not being compensated
/// @param reroutes how often a failure handler has sent the item to a phase
public record Saga(List<String> finished, @Nullable String compensating, int reroutes) {
  /// Of an item that has finished no phase with a compensation.
  public static final Saga NONE = new Saga(List.of(), null, 0);

  /// The most characters that [#finished] has together. A record of the largest payload that phases
  /// take by default has room for it, and so has its dead letter.
  public static final int CHARS_MAX = 48 * 1024;

  /// Longer reasons are cut.
  public static final int REASON_CHARS_MAX = 500;

  private static final String NO_KEY = "-";
  private static final char SEPARATOR = ' ';

  /// A phase that is to be compensated.
  ///
  /// @param phase its name
  /// @param version the version of its pipeline that the payload is of
  /// @param key the ordering key that the item had in it; null for none
  /// @param payload the payload that it got
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Finished(String phase, int version, byte @Nullable [] key, byte[] payload) {}

  public Saga {
    finished = List.copyOf(finished);
  }

  /// Whether the item is being compensated.
  public boolean isCompensating() {
    return compensating != null;
  }

  /// Whether there is nothing to write down.
  public boolean isNone() {
    return finished.isEmpty() && compensating == null && reroutes == 0;
  }

  /// After a phase was finished. One that was finished before is moved to the end: its second run
  /// had the same idempotency key, so it was the same effect.
  ///
  /// @throws ItemFault when it does not fit
  Saga withFinished(String phase, int version, byte @Nullable [] key, byte[] payload) {
    var all = new ArrayList<String>(finished.size() + 1);
    var chars = 0L;
    for (var one : finished) {
      if (phaseOf(one).equals(phase)) continue;
      all.add(one);
      chars += one.length();
    }
    var base64 = Base64.getEncoder();
    var itsKey = key == null ? NO_KEY : base64.encodeToString(key);
    var bytes = base64.encodeToString(payload);
    var added = phase + SEPARATOR + version + SEPARATOR + itsKey + SEPARATOR + bytes;
    all.add(added);
    chars += added.length();
    if (chars > CHARS_MAX) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "keys and payloads of the finished phases that have a compensation take "
              + chars
              + " characters in base64, the limit is "
              + CHARS_MAX);
    }
    return new Saga(all, compensating, reroutes);
  }

  /// After a failure handler has sent the item to a phase.
  ///
  /// @throws ItemFault when that was done too often
  Saga rerouted() {
    if (reroutes >= ItemFailure.REROUTES_MAX) {
      throw new ItemFault(
          DeadKind.BAD_OUTCOME,
          "it has sent the item to a phase " + ItemFailure.REROUTES_MAX + " times, the most");
    }
    return new Saga(finished, compensating, reroutes + 1);
  }

  /// This saga as compensation begins.
  Saga compensating(String phase, String reason) {
    var line = reason.lines().findFirst().orElse("");
    return new Saga(finished, phase + SEPARATOR + clipped(line), reroutes);
  }

  /// A cut never leaves half a character behind, which no encoding has.
  private static String clipped(String text) {
    if (text.length() <= REASON_CHARS_MAX) return text;
    var end = REASON_CHARS_MAX - 3;
    if (Character.isHighSurrogate(text.charAt(end - 1))) end--;
    return text.substring(0, end) + "...";
  }

  /// The phase that is compensated next; null when there is none left.
  ///
  /// @throws ItemFault when it can't be read
  @Nullable Finished last() {
    if (finished.isEmpty()) return null;
    var parts = finished.getLast().split(String.valueOf(SEPARATOR), -1);
    try {
      if (parts.length != 4) throw new IllegalArgumentException("not four words");
      var base64 = Base64.getDecoder();
      return new Finished(
          parts[0],
          Integer.parseInt(parts[1]),
          parts[2].equals(NO_KEY) ? null : base64.decode(parts[2]),
          base64.decode(parts[3]));
    } catch (IllegalArgumentException malformed) {
      throw new ItemFault(
          DeadKind.UNDECODABLE, "what it has finished can't be read: " + malformed.getMessage());
    }
  }

  /// Without the phase that is compensated next.
  Saga withoutLast() {
    return new Saga(finished.subList(0, finished.size() - 1), compensating, reroutes);
  }

  private static String phaseOf(String entry) {
    var end = entry.indexOf(SEPARATOR);
    return end < 0 ? entry : entry.substring(0, end);
  }
}
