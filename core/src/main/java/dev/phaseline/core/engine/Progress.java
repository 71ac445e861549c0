package dev.phaseline.core.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Progress of a partition beyond its committed offset: the later offsets that are already
/// complete. Travels as text in the offset's metadata and changes hands with the partition.
///
/// Everything in `[frontier, through)` is complete but for the `incomplete` offsets, which are
/// ascending; the frontier itself is the first of them, if there are any. Offsets that a log never
/// delivers (transaction markers, aborted records) count as complete.
///
/// The text is version, flags, the topic's id, numbers as varints, the quarantine's among them, the
/// incomplete offsets either as gaps or as a bitmap, whichever is shorter, and a CRC-32C over it
/// all, in URL-safe Base64. It never has more than [#CHARS_MAX] characters, because brokers refuse
/// more than 4,096 and the refusal kills the producer. A set over [#SPAN_ALWAYS] offsets wide may
/// not fit; [#fits] tells beforehand, and a set that is not wider always does. Version 1 has no
/// topic, version 2 no trial runs but of one item alone; the lowest is written that can say it.
///
/// @param seq counts the commits of this partition; strictly increasing, so it tells whether a
///   commit of unknown fate happened
/// @param frontier the committed offset: everything before it is complete
/// @param through where knowledge ends
/// @param incomplete offsets in between that are not complete, ascending
/// @param clean whether the owner let go in order, rather than being in the middle of things
/// @param quarantine what its owners can have died of
/// @param topic the topic whose offsets these are, by an id that no other topic ever has; null when
///   it was written by a version that did not know
public record Progress(
    long seq,
    long frontier,
    long through,
    Offsets incomplete,
    boolean clean,
    Quarantine quarantine,
    @Nullable UUID topic) {

  /// A list of offsets with value semantics.
  public static final class Offsets {
    /// No offset at all.
    public static final Offsets NONE = new Offsets(new long[0]);

    private final long[] values;

    private Offsets(long[] values) {
      this.values = values;
    }

    /// Copies the offsets, which must ascend.
    public static Offsets of(long... ascending) {
      for (var i = 1; i < ascending.length; i++) {
        if (ascending[i] <= ascending[i - 1]) {
          throw new IllegalArgumentException("offsets do not ascend at " + i);
        }
      }
      return ascending.length == 0 ? NONE : new Offsets(ascending.clone());
    }

    /// Number of them.
    public int size() {
      return values.length;
    }

    /// The offset at a place, from 0.
    public long at(int index) {
      return values[index];
    }

    /// Whether this offset is one of them.
    public boolean contains(long offset) {
      return Arrays.binarySearch(values, offset) >= 0;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Offsets that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
      return Arrays.toString(values);
    }
  }

  /// Thrown for text that is not ours, damaged, from a newer version, or for another frontier. A
  /// lane that meets it stops the partition: guessing would run complete items again.
  public static final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String message) {
      super(message);
    }
  }

  /// The longest text that is ever written; brokers refuse more than 4,096 by default.
  public static final int CHARS_MAX = 4_000;

  /// A set that is no wider than this always fits.
  public static final int SPAN_ALWAYS = 16_384;

  private static final int BYTES_MAX = CHARS_MAX / 4 * 3;
  private static final int TOPIC_BYTES = 16;
  private static final int TRIAL_BYTES_MAX = 2 * 10 + 2 * 5;
  // magic, version, flags, topic; of varints four long ones, two of 32 bits and the trials
  private static final int HEAD_BYTES_MAX =
      3 + TOPIC_BYTES + 4 * 10 + 2 * 5 + (Quarantine.NARROWED_MAX + 1) * TRIAL_BYTES_MAX;
  private static final int CRC_BYTES = 4;
  private static final int SET_BYTES_MAX = BYTES_MAX - HEAD_BYTES_MAX - CRC_BYTES;
  private static final byte MAGIC = 'P';
  private static final byte VERSION = 3;
  private static final byte VERSION_WITHOUT_TRIALS = 2;
  private static final byte VERSION_WITHOUT_TOPIC = 1;
  private static final int CLEAN = 1;
  private static final int BITMAP = 2;
  private static final int TOPIC = 4;

  public Progress {
    if (frontier < 0) throw new IllegalArgumentException("frontier < 0: " + frontier);
    if (through < frontier) {
      throw new IllegalArgumentException("through " + through + " < frontier " + frontier);
    }
    if (incomplete.size() > 0
        && (incomplete.at(0) < frontier || incomplete.at(incomplete.size() - 1) >= through)) {
      throw new IllegalArgumentException(
          "incomplete offsets lie outside " + frontier + ".." + through);
    }
  }

  /// Nothing known beyond the offset: a partition that nobody has worked on.
  public static Progress startingAt(long frontier) {
    return new Progress(0, frontier, frontier, Offsets.NONE, true, Quarantine.NONE, null);
  }

  /// Whether it is of that topic, as far as both are known.
  public boolean isOf(@Nullable UUID known) {
    return topic == null || known == null || topic.equals(known);
  }

  /// @throws UndecodableException when it is another topic's, which has been deleted since
  void verifyTopic(@Nullable UUID known) throws UndecodableException {
    if (isOf(known)) return;
    throw new UndecodableException(
        "of topic " + topic + ", which is gone, and not of " + known + ", which has its name now");
  }

  /// This progress as one of that topic.
  Progress of(@Nullable UUID known) {
    return new Progress(
        seq, frontier, through, incomplete, clean, quarantine, known == null ? topic : known);
  }

  /// Whether an offset is known to be complete.
  public boolean isComplete(long offset) {
    return offset < frontier || (offset < through && !incomplete.contains(offset));
  }

  /// Whether the set fits into the metadata.
  ///
  /// @param frontier the first offset of the set
  /// @param through the offset after its last
  /// @param incomplete ascending
  /// @param count how many of `incomplete` count
  static boolean fits(long frontier, long through, long[] incomplete, int count) {
    if (through - frontier <= (long) SET_BYTES_MAX * 8) return true;
    var bytes = 0L;
    var previous = frontier;
    for (var i = 0; i < count && bytes <= SET_BYTES_MAX; i++) {
      bytes += varintBytes(incomplete[i] - previous);
      previous = incomplete[i];
    }
    return bytes <= SET_BYTES_MAX;
  }

  /// The metadata text.
  ///
  /// @throws IllegalStateException when the set does not fit, which the ledger rules out
  public String encode() {
    var gaps = gaps();
    var span = through - frontier;
    var bitmapBytes = (span + 7) / 8;
    var asBitmap = bitmapBytes < gaps.length;
    var out = new ByteArrayOutputStream(64 + gaps.length);
    var version = version();
    out.write(MAGIC);
    out.write(version);
    out.write((clean ? CLEAN : 0) | (asBitmap ? BITMAP : 0) | (topic == null ? 0 : TOPIC));
    if (topic != null) out.writeBytes(bytes(topic));
    varint(out, seq);
    varint(out, frontier);
    varint(out, span);
    varint(out, quarantine.deaths());
    varint(out, quarantine.until());
    if (version != VERSION) {
      varint(out, quarantine.trial().isNone() ? 0 : quarantine.trial().from() + 1);
      varint(out, quarantine.trial().alone());
    } else {
      varint(out, quarantine.narrowed().size());
      for (var trial : quarantine.narrowed()) trial(out, trial);
      trial(out, quarantine.trial());
    }
    out.writeBytes(asBitmap ? bitmap((int) bitmapBytes) : gaps);
    var body = out.toByteArray();
    var text = Base64.getUrlEncoder().withoutPadding().encodeToString(withCrc(body));
    if (text.length() > CHARS_MAX) {
      throw new IllegalStateException("progress has " + text.length() + " characters: " + this);
    }
    return text;
  }

  /// Reads a metadata text back.
  ///
  /// @param committed the offset that the text came with
  /// @throws UndecodableException when it can't be trusted
  public static Progress decode(long committed, String text) throws UndecodableException {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw new UndecodableException("not written by Phaseline (" + notBase64.getMessage() + ")");
    }
    if (bytes.length < 3 + CRC_BYTES || bytes[0] != MAGIC) {
      throw new UndecodableException("not written by Phaseline");
    }
    if (bytes[1] < VERSION_WITHOUT_TOPIC) throw new UndecodableException("malformed");
    if (bytes[1] > VERSION) {
      throw new UndecodableException(
          "written by a newer version (format " + bytes[1] + ", this one reads " + VERSION + ")");
    }
    var bodyLength = bytes.length - CRC_BYTES;
    if (!Arrays.equals(bytes, withCrc(Arrays.copyOf(bytes, bodyLength)))) {
      throw new UndecodableException("damaged (checksum differs)");
    }
    try {
      var progress = new Reader(bytes, bodyLength).read();
      if (progress.frontier != committed) {
        throw new UndecodableException(
            "for offset " + progress.frontier + ", but committed with offset " + committed);
      }
      return progress;
    } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException malformed) {
      throw new UndecodableException("malformed");
    }
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(TOPIC_BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  /// The lowest that can say it: so that a worker of the version before can still take over while
  /// nothing is out of the ordinary.
  private byte version() {
    var trial = quarantine.trial();
    var plain = quarantine.narrowed().isEmpty() && (trial.isNone() || trial.isAlone());
    if (!plain) return VERSION;
    return topic == null ? VERSION_WITHOUT_TOPIC : VERSION_WITHOUT_TRIALS;
  }

  private static void trial(ByteArrayOutputStream out, Quarantine.Trial trial) {
    varint(out, trial.from());
    varint(out, trial.until() - trial.from());
    varint(out, trial.items());
    varint(out, trial.alone());
  }

  private byte[] gaps() {
    var out = new ByteArrayOutputStream();
    var previous = frontier;
    for (var i = 0; i < incomplete.size(); i++) {
      varint(out, incomplete.at(i) - previous);
      previous = incomplete.at(i);
    }
    return out.toByteArray();
  }

  private byte[] bitmap(int length) {
    var bits = new byte[length];
    for (var i = 0; i < incomplete.size(); i++) {
      var bit = (int) (incomplete.at(i) - frontier);
      bits[bit >> 3] |= (byte) (1 << (bit & 7));
    }
    return bits;
  }

  private static byte[] withCrc(byte[] body) {
    var crc = new CRC32C();
    crc.update(body, 0, body.length);
    var value = crc.getValue();
    var out = Arrays.copyOf(body, body.length + CRC_BYTES);
    for (var i = 0; i < CRC_BYTES; i++) out[body.length + i] = (byte) (value >>> (8 * i));
    return out;
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    var rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static int varintBytes(long value) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }

  private static final class Reader {
    private final byte[] bytes;
    private final int end;
    private int at = 2;

    Reader(byte[] bytes, int end) {
      this.bytes = bytes;
      this.end = end;
    }

    Progress read() {
      var flags = bytes[at++];
      var topic = (flags & TOPIC) == 0 ? null : topic();
      var seq = varint();
      var frontier = varint();
      var span = varint();
      var quarantine = quarantine();
      var incomplete = (flags & BITMAP) != 0 ? bitmap(frontier) : gaps(frontier);
      return new Progress(
          seq, frontier, frontier + span, incomplete, (flags & CLEAN) != 0, quarantine, topic);
    }

    private UUID topic() {
      if (end - at < TOPIC_BYTES) throw new IllegalArgumentException("the topic is cut off");
      var id = ByteBuffer.wrap(bytes, at, TOPIC_BYTES);
      at += TOPIC_BYTES;
      return new UUID(id.getLong(), id.getLong());
    }

    private Quarantine quarantine() {
      var deaths = (int) varint();
      var until = varint();
      if (bytes[1] == VERSION) return new Quarantine(deaths, until, narrowed(), trial());
      var alone = varint() - 1;
      var times = (int) varint();
      var trial =
          alone < 0 ? Quarantine.Trial.NONE : new Quarantine.Trial(alone, alone + 1, 1, times);
      return new Quarantine(deaths, until, List.of(), trial);
    }

    private List<Quarantine.Trial> narrowed() {
      var count = varint();
      if (count > Quarantine.NARROWED_MAX) throw new IllegalArgumentException("too many: " + count);
      var narrowed = new ArrayList<Quarantine.Trial>();
      for (var i = 0; i < count; i++) narrowed.add(trial());
      return narrowed;
    }

    private Quarantine.Trial trial() {
      var from = varint();
      var span = varint();
      return new Quarantine.Trial(from, from + span, (int) varint(), (int) varint());
    }

    private Offsets gaps(long frontier) {
      var found = new long[end - at];
      var count = 0;
      var previous = frontier;
      while (at < end) found[count++] = previous += varint();
      return Offsets.of(Arrays.copyOf(found, count));
    }

    private Offsets bitmap(long frontier) {
      var found = new long[(end - at) * 8];
      var count = 0;
      for (var bit = 0; bit < (end - at) * 8; bit++) {
        if ((bytes[at + (bit >> 3)] & (1 << (bit & 7))) != 0) found[count++] = frontier + bit;
      }
      return Offsets.of(Arrays.copyOf(found, count));
    }

    private long varint() {
      var value = 0L;
      for (var shift = 0; shift < Long.SIZE; shift += 7) {
        if (at >= end) throw new IllegalArgumentException("varint runs over the end");
        var next = bytes[at++];
        value |= (next & 0x7FL) << shift;
        if (next >= 0) return value;
      }
      throw new IllegalArgumentException("varint is too long");
    }
  }
}
