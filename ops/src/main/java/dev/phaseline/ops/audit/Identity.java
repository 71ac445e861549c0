package dev.phaseline.ops.audit;

import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.schemas.RecordRef;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The item that a record is about and the record that it comes from, as [ItemIdentity] reads them,
/// with hashes for the books. Immutable.
///
/// @param job the job's id
/// @param path the item's path in its job
/// @param siblings how many children the fan-out had that made the item
/// @param generation how often it was redriven
/// @param parent the record that this one was made from; null: submitted
/// @param readable whether all of these could be read
record Identity(
    String job,
    String path,
    int siblings,
    int generation,
    @Nullable RecordRef parent,
    boolean readable) {
  private static final int MALFORMED = -1;
  private static final char SEPARATOR = '\uffff';

  static Identity of(ConsumerRecord<byte[], byte[]> record) {
    var read =
        ItemIdentity.read(record.topic(), record.partition(), record.offset(), record.headers());
    return new Identity(
        read.jobId(),
        read.path(),
        read.siblings(),
        read.generation(),
        read.parent(),
        read.malformed() == null);
  }

  /// The item's id, for people.
  String item() {
    return path.equals(ItemHeaders.ROOT) ? job : job + path;
  }

  /// The item's hash, never 0.
  long hash() {
    return hash(path);
  }

  /// The hash of the item that this one would be a child of.
  long parentHash() {
    var slash = path.lastIndexOf('/');
    return hash(slash <= 0 ? ItemHeaders.ROOT : path.substring(0, slash));
  }

  /// The item's hash in this generation: redriven, it lives again and ends again.
  long lifeHash() {
    return generation == 0 ? hash() : mixed(hash() + generation);
  }

  /// The item's place among its siblings; negative when its path does not say.
  int index() {
    return number(path.substring(path.lastIndexOf('/') + 1));
  }

  private long hash(String ofPath) {
    var h = 0x2545F4914F6CDD1DL;
    for (var i = 0; i < job.length(); i++) h = mixed(h ^ job.charAt(i));
    h = mixed(h ^ SEPARATOR);
    for (var i = 0; i < ofPath.length(); i++) h = mixed(h ^ ofPath.charAt(i));
    return h == 0 ? 1 : h;
  }

  /// One to one, so that two texts of one length differ in their hash where they first differ, and
  /// meet again only by chance.
  private static long mixed(long h) {
    var m = h * 0x9E3779B97F4A7C15L;
    return m ^ (m >>> 29);
  }

  private static int number(String text) {
    try {
      return Math.max(MALFORMED, Integer.parseInt(text));
    } catch (NumberFormatException notANumber) {
      return MALFORMED;
    }
  }
}
