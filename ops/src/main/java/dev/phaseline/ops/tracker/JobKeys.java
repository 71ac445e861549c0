package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.accounting.JobBook;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/// The keys of the stores: bytes that sort as lists are shown. Texts have no control characters, so
/// a zero ends each.
final class JobKeys {
  private static final byte[] NONE = {};

  private JobKeys() {}

  /// The place at which a job is listed.
  ///
  /// @param pipeline whose
  /// @param listedMs its time there, never negative
  /// @param id its id
  record Listed(String pipeline, long listedMs, String id) {

    /// Newest first; of one time, by id.
    static int newestFirst(Listed a, Listed b) {
      var order = Long.compare(b.listedMs, a.listedMs);
      if (order == 0) order = a.id.compareTo(b.id);
      return order == 0 ? a.pipeline.compareTo(b.pipeline) : order;
    }

    /// The job's account, as stored.
    JobBook read(byte[] bytes) {
      return JobBook.read(pipeline, id, listedMs, bytes);
    }
  }

  /// `pipeline 0 (newest first) id`.
  static Bytes listed(byte[] prefix, long listedMs, String id) {
    var idBytes = id.getBytes(UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(prefix.length + Long.BYTES + idBytes.length)
            .put(prefix)
            .putLong(Long.MAX_VALUE - listedMs)
            .put(idBytes)
            .array());
  }

  static Bytes job(Listed at) {
    return listed(prefix(at.pipeline), at.listedMs, at.id);
  }

  /// Reads the end of a key whose prefix is known.
  static Listed listed(String pipeline, int prefixLength, byte[] key) {
    var listedMs = Long.MAX_VALUE - ByteBuffer.wrap(key).getLong(prefixLength);
    var from = prefixLength + Long.BYTES;
    return new Listed(pipeline, listedMs, new String(key, from, key.length - from, UTF_8));
  }

  /// Reads an entry of the ids.
  static Listed listedAt(String id, int prefixLength, byte[] key, byte[] value) {
    var pipeline = new String(key, prefixLength, key.length - prefixLength, UTF_8);
    return new Listed(pipeline, ByteBuffer.wrap(value).getLong(), id);
  }

  /// Texts, each with a zero behind it.
  static byte[] prefix(String... texts) {
    return (String.join("\0", texts) + '\0').getBytes(UTF_8);
  }

  /// First key after all that begin so.
  static Bytes after(byte[] prefix) {
    var end = prefix.clone();
    for (var i = end.length - 1; i >= 0; i--) {
      if (end[i] == -1) continue;
      end[i]++;
      return Bytes.wrap(Arrays.copyOf(end, i + 1));
    }
    throw new IllegalArgumentException("nothing comes behind " + Arrays.toString(prefix));
  }

  static Bytes id(String id, String pipeline) {
    return Bytes.wrap((id + '\0' + pipeline).getBytes(UTF_8));
  }

  /// `id 0 pipeline 0 path`, four bytes for each level.
  static Bytes item(String id, String pipeline, String path) {
    var prefix = prefix(id, pipeline);
    var numbers = path(path);
    return Bytes.wrap(
        ByteBuffer.allocate(prefix.length + numbers.length).put(prefix).put(numbers).array());
  }

  static byte[] path(String path) {
    if (path.length() < 2) return NONE;
    var parts = path.substring(1).split("/", -1);
    var out = ByteBuffer.allocate(parts.length * Integer.BYTES);
    for (var part : parts) out.putInt(Integer.parseInt(part));
    return out.array();
  }

  static String path(byte[] key, int from) {
    if (key.length == from) return "/";
    var in = ByteBuffer.wrap(key, from, key.length - from);
    var out = new StringBuilder();
    while (in.hasRemaining()) out.append('/').append(in.getInt());
    return out.toString();
  }

  static String parentPath(String path) {
    var slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
