package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.InvalidTimerException.Part;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The ids of timers. An id is the key of its records, so all records of one id are in one
/// partition and in order. Derived ids are stable: whoever makes the same timer again, names it the
/// same.
public final class TimerIds {
  /// Longer ids are refused.
  public static final int CHARS_MAX = 249;

  private static final int HEAD_CHARS = 160;

  private TimerIds() {}

  /// The id for an item that goes to a topic later, such as for its next attempt.
  ///
  /// @param target the topic that it goes to
  /// @param item the item as it will be there: its job, path, generation and attempt count
  public static String ofItem(String target, ItemHeaders item) {
    return fit(
        "item",
        target,
        "" + item.identity().generation(),
        "" + item.attempts().next(),
        item.path(),
        item.jobId());
  }

  /// The id for a job that was submitted for later.
  ///
  /// @param topic the input of the job's first phase
  /// @param jobId the job's
  public static String ofJob(String topic, String jobId) {
    return fit("job", topic, jobId);
  }

  /// The id for an item of a queue that becomes available later.
  ///
  /// @param topic the queue's items
  /// @param source what the timer is made from: a record's address, or a word for a new item
  /// @param delivery number of its next delivery, from 1
  /// @param itemId the item's
  public static String ofQueueItem(String topic, String source, int delivery, String itemId) {
    return fit("queue", topic, source, "" + delivery, itemId);
  }

  /// Refuses what can't be an id.
  ///
  /// @throws InvalidTimerException saying what is wrong
  static void check(String id) {
    if (id.isEmpty()) throw new InvalidTimerException(Part.ID, "the timer's id is empty");
    if (id.length() > CHARS_MAX) {
      throw new InvalidTimerException(
          Part.ID,
          "the timer's id has "
              + id.length()
              + " characters, at most "
              + CHARS_MAX
              + " are allowed: "
              + id.substring(0, 60)
              + "...");
    }
    for (var i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        throw new InvalidTimerException(Part.ID, "the timer's id has a control character at " + i);
      }
    }
    if (!UTF_8.newEncoder().canEncode(id)) {
      throw new InvalidTimerException(Part.ID, "the timer's id has half of a surrogate pair");
    }
  }

  /// An id as the key of a record holds it.
  ///
  /// @throws InvalidTimerException when it is not one
  static String read(byte @Nullable [] key) {
    if (key == null) {
      throw new InvalidTimerException(
          Part.ID, "the record has no key; it must be the timer's id, UTF-8 text");
    }
    String id;
    try {
      id = UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException notText) {
      throw new InvalidTimerException(Part.ID, "the record's key is not UTF-8 text");
    }
    check(id);
    return id;
  }

  /// Readable while it fits; otherwise its beginning and a digest of all of it. What could be read
  /// in two ways, because a part has a separator in it, is told apart by its digest too.
  private static String fit(String... parts) {
    var text = String.join("|", parts);
    var last = parts.length - 1; // alone at its end, so it may have separators
    var ambiguous = false;
    for (var i = 0; i < last; i++) ambiguous |= parts[i].indexOf('|') >= 0;
    if (text.length() <= CHARS_MAX && !ambiguous) return text;
    var head = text.substring(0, Math.min(HEAD_CHARS, text.length()));
    if (Character.isHighSurrogate(head.charAt(head.length() - 1))) {
      head = head.substring(0, head.length() - 1);
    }
    return head + "|#" + digest(parts);
  }

  private static String digest(String... parts) {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
    for (var part : parts) {
      var bytes = part.getBytes(UTF_8);
      sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      sha.update(bytes);
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
