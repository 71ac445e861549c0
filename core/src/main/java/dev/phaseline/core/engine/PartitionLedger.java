package dev.phaseline.core.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Record of the complete and incomplete offsets of one assigned partition. Owned by the lane.
///
/// Only incomplete offsets are kept, in a linked list by offset: appended when a record is
/// delivered, unlinked when the commit that completes it is known. Every other offset below
/// `position` is complete, whether it was handled, skipped because an earlier owner had handled it,
/// or never delivered at all. The frontier is the first incomplete offset.
///
/// A result is only published while the set of complete offsets still fits into the offset's
/// metadata. What fits once fits for good: below the highest published offset no offset can become
/// incomplete again, and taking one out of the list never makes its encoding longer.
///
/// @param <N> the items: nodes of its list
final class PartitionLedger<N extends OffsetNode<N>> {
  private final int partition;
  private final Progress inherited;
  private int inheritedAt; // first inherited incomplete offset that was not delivered yet
  private @Nullable N head;
  private @Nullable N tail;
  private int incomplete;
  private long position;
  private long publishedEnd;
  private long committedFrontier;
  private long seq;
  private boolean closed;

  private final PartitionQuarantine<N> quarantine;
  private boolean announced; // a new owner says so first: the last "clean" is over
  private boolean doubted; // the fate of one of its commits had to be read back

  PartitionLedger(int partition, Progress inherited, PartitionQuarantine<N> quarantine) {
    this.partition = partition;
    this.inherited = inherited;
    this.position = inherited.frontier();
    this.publishedEnd = inherited.through();
    this.committedFrontier = inherited.frontier();
    this.seq = inherited.seq();
    this.quarantine = quarantine;
  }

  int partition() {
    return partition;
  }

  long position() {
    return position;
  }

  long seq() {
    return seq;
  }

  int incompleteCount() {
    return incomplete;
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
  }

  @Nullable N firstIncomplete() {
    return head;
  }

  /// The first offset that is not complete.
  long frontier() {
    if (head != null) return head.offset();
    return hasInherited()
        ? inherited.incomplete().at(inheritedAt)
        : Math.max(position, publishedEnd);
  }

  /// The offset that was committed last, as far as is known.
  long committedFrontier() {
    return committedFrontier;
  }

  long span() {
    return position - frontier();
  }

  /// Notes that a record was delivered.
  ///
  /// @return whether it has to be handled; false when it is complete already
  boolean deliver(long offset) {
    if (offset < position) {
      throw new IllegalStateException(
          "partition " + partition + " delivered " + offset + " again, position is " + position);
    }
    moveTo(offset + 1);
    if (inherited.isComplete(offset)) return false;
    quarantine.delivered(offset, offset < inherited.through());
    return true;
  }

  /// Notes that the log has nothing to deliver before this offset.
  void moveTo(long next) {
    if (next <= position) return;
    position = next;
    while (inheritedAt < inherited.incomplete().size()
        && inherited.incomplete().at(inheritedAt) < position) {
      inheritedAt++;
    }
  }

  void append(N slot) {
    slot.before = tail;
    if (tail == null) head = slot;
    else tail.after = slot;
    tail = slot;
    incomplete++;
  }

  /// The progress that the commit at hand would write. Items at or behind [Progress#through()] are
  /// to be left out of it: their completion would not fit.
  ///
  /// @param commitEnd the offset after the last item that the commit would complete here; 0 for
  ///   none
  Progress propose(long commitEnd, boolean clean) {
    var end = Math.max(publishedEnd, commitEnd);
    var open = openBefore(end);
    var frontier = open.length > 0 ? open[0] : Math.max(end, headFrom(end));
    if (!Progress.fits(frontier, Math.max(end, frontier), open, open.length)) {
      end = Math.max(publishedEnd, frontier + Progress.SPAN_ALWAYS);
      open = openBefore(end);
    }
    return new Progress(
        seq + 1,
        frontier,
        Math.max(end, frontier),
        Progress.Offsets.of(open),
        clean,
        quarantine.note(suspectsBefore(end), position, hasInherited(), clean),
        inherited.topic());
  }

  private int suspectsBefore(long end) {
    if (!quarantine.hasSuspects()) return 0;
    var count = 0;
    for (var slot = head; slot != null && slot.offset() < end; slot = slot.after) {
      if (slot.isInCommit() && quarantine.suspects(slot.offset())) count++;
    }
    return count;
  }

  /// Whether items are to come that an earlier owner's commit has named.
  private boolean hasInherited() {
    return inheritedAt < inherited.incomplete().size();
  }

  private long[] openBefore(long end) {
    var open = new long[incomplete + inherited.incomplete().size() - inheritedAt];
    var count = 0;
    for (var slot = head; slot != null && slot.offset() < end; slot = slot.after) {
      if (!slot.isInCommit()) open[count++] = slot.offset();
    }
    for (var i = inheritedAt; i < inherited.incomplete().size(); i++) {
      if (inherited.incomplete().at(i) < end) open[count++] = inherited.incomplete().at(i);
    }
    return Arrays.copyOf(open, count);
  }

  /// Offset of the frontier when nothing before `end` is open.
  private long headFrom(long end) {
    for (var slot = head; slot != null; slot = slot.after) {
      if (slot.offset() >= end) return slot.offset();
    }
    return position;
  }

  /// The commit that wrote this progress is known to have happened.
  ///
  /// @return whether the frontier moved
  boolean committed(Progress progress) {
    var moved = progress.frontier() > committedFrontier;
    seq = progress.seq();
    publishedEnd = progress.through();
    committedFrontier = progress.frontier();
    quarantine.committed(progress.quarantine());
    announced = true;
    return moved;
  }

  /// Whether this owner has said that it is one. Before that nothing may start: if the process died
  /// of it, the next owner would not know that anybody had died.
  boolean isAnnounced() {
    return announced;
  }

  /// The fate of a commit of this owner is unknown.
  void doubt() {
    doubted = true;
  }

  /// Whether what is committed under [#seq()] is this owner's own word for certain. What it has
  /// read back may as well be a successor's, of which it did not know.
  boolean knowsItsWord() {
    return announced && !doubted;
  }

  void remove(N slot) {
    var before = slot.before;
    var after = slot.after;
    if (before == null) head = after;
    else before.after = after;
    if (after == null) tail = before;
    else after.before = before;
    slot.before = null;
    slot.after = null;
    incomplete--;
    quarantine.completed(slot.offset());
  }

  /// Whether something besides results is worth a commit.
  boolean commitWanted() {
    return !announced || quarantine.commitWanted(hasInherited());
  }

  /// Whether the committed offset lags behind what is complete, by gaps that nobody published.
  boolean frontierMoved() {
    return frontier() > committedFrontier;
  }

  /// The quarantine of items that may have killed earlier owners.
  PartitionQuarantine<N> quarantine() {
    return quarantine;
  }

  @Override
  public String toString() {
    return "partition " + partition + " frontier " + frontier() + " position " + position;
  }
}
