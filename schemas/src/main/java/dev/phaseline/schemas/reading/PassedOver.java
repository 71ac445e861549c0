package dev.phaseline.schemas.reading;

import dev.phaseline.schemas.RecordAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// Count and bounded list of the records that a reader went past because they can't be read. What
/// is only in a log is not seen by an operator; metrics and consoles read it here.
///
/// A record that is read again, after a transaction that was aborted or in another thread, counts
/// once as long as it is listed. Thread-safe.
public final class PassedOver implements UnreadableRecords {
  /// The most that are listed: those that came last.
  public static final int LISTED_MAX = 20;

  private final UnreadableRecords said;
  private final Map<RecordAddress, Place> listed = new LinkedHashMap<>();
  private long count;

  /// The place of a record, or of a transaction's mark right before it.
  ///
  /// @param why it can't be read, in words
  public record Place(TopicPartition partition, long offset, String why) {}

  /// @param said is called for each, also again; its answer is ignored, since all are passed over
  public PassedOver(UnreadableRecords said) {
    this.said = said;
  }

  @Override
  public boolean skip(TopicPartition partition, long offset, String why) {
    add(new Place(partition, offset, why));
    var unused = said.skip(partition, offset, why);
    return true;
  }

  private synchronized void add(Place place) {
    var at =
        new RecordAddress(place.partition().topic(), place.partition().partition(), place.offset());
    if (listed.putIfAbsent(at, place) != null) return;
    count++;
    if (listed.size() > LISTED_MAX) listed.remove(listed.keySet().iterator().next());
  }

  /// Number of records that were passed over.
  public synchronized long count() {
    return count;
  }

  /// Latest places, oldest first.
  public synchronized List<Place> last() {
    return List.copyOf(listed.values());
  }
}
