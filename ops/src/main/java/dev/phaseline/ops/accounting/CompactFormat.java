package dev.phaseline.ops.accounting;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Binary format of the tracker's own records: numbers in as many bytes as they need, texts with
/// their length. Written and read field by field, so that a record of a chain's job has about 150
/// bytes.
public final class CompactFormat {
  private CompactFormat() {}

  /// Writes. For one thread.
  public static final class Out {
    private byte[] bytes = new byte[256];
    private int size;
    private final Map<String, Integer> words = new HashMap<>();

    public Out number(long value) {
      if (bytes.length - size < 10) bytes = Arrays.copyOf(bytes, bytes.length * 2);
      var rest = (value << 1) ^ (value >> 63); // small negative numbers are small too
      while ((rest & ~0x7FL) != 0) {
        bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
        rest >>>= 7;
      }
      bytes[size++] = (byte) rest;
      return this;
    }

    public Out text(@Nullable String text) {
      return bytes(text == null ? null : text.getBytes(UTF_8));
    }

    /// A text that is likely to come again before the next [#take]: written in full once.
    public Out word(String text) {
      var known = words.putIfAbsent(text, words.size() + 1);
      return known == null ? number(0).text(text) : number(known);
    }

    public Out bytes(byte @Nullable [] more) {
      if (more == null) return number(-1);
      number(more.length);
      if (bytes.length - size < more.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more.length));
      }
      System.arraycopy(more, 0, bytes, size, more.length);
      size += more.length;
      return this;
    }

    public int size() {
      return size;
    }

    public byte[] take() {
      var all = Arrays.copyOf(bytes, size);
      size = 0;
      if (!words.isEmpty()) words.clear();
      return all;
    }
  }

  /// Reads what [Out] wrote. For one thread.
  public static final class In {
    private final byte[] bytes;
    private final List<String> words = new ArrayList<>(0);
    private int at;

    public In(byte[] bytes) {
      this.bytes = bytes;
    }

    public boolean hasMore() {
      return at < bytes.length;
    }

    public long number() {
      var value = 0L;
      for (var shift = 0; ; shift += 7) {
        var next = bytes[at++];
        value |= (next & 0x7FL) << shift;
        if (next >= 0) return (value >>> 1) ^ -(value & 1);
      }
    }

    public int small() {
      return Math.toIntExact(number());
    }

    public @Nullable String textOrNull() {
      var length = small();
      if (length < 0) return null;
      at += length;
      return new String(bytes, at - length, length, UTF_8);
    }

    public String text() {
      var text = textOrNull();
      if (text == null) throw new IllegalStateException("a stored text is missing");
      return text;
    }

    public String word() {
      var number = small();
      if (number > 0) return words.get(number - 1);
      var text = text();
      words.add(text);
      return text;
    }

    public byte[] bytes() {
      var length = small();
      if (length < 0 || length > bytes.length - at) {
        throw new IllegalStateException("stored bytes are cut");
      }
      at += length;
      return Arrays.copyOfRange(bytes, at - length, at);
    }
  }
}
