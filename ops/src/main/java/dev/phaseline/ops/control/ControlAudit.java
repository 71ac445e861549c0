package dev.phaseline.ops.control;

import dev.phaseline.ops.cluster.TopicTail;
import dev.phaseline.schemas.control.AuditEntry;
import dev.phaseline.schemas.control.UnreadableControlException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Reader of the audit topic, page by page from its end. A record that can't be read is left out of
/// its page, which says so. For one thread at a time.
final class ControlAudit {
  private static final int LOOKED_BACK = 100;
  private static final int UNREADABLE_MAX = 10;

  private final TopicTail tail;

  /// @param tail of the audit topic; stays the caller's to close
  ControlAudit(TopicTail tail) {
    this.tail = tail;
  }

  /// Entries of a range of the topic.
  private static final class Stretch {
    final List<AuditLine> lines = new ArrayList<>();
    final List<String> unreadable = new ArrayList<>();

    void take(ConsumerRecord<byte[], byte[]> record) {
      try {
        lines.add(new AuditLine(record.offset(), AuditEntry.read(record.value())));
      } catch (UnreadableControlException wrong) {
        if (unreadable.size() < UNREADABLE_MAX) {
          unreadable.add("offset " + record.offset() + ": " + wrong.getMessage());
        }
      }
    }
  }

  /// As [Control#audit].
  AuditPage page(OptionalLong before, int limit) {
    var end = tail.end();
    var start = tail.start();
    var to = Math.min(end, before.orElse(end));
    var stretch = new Stretch();
    var width = 3L * limit + LOOKED_BACK; // each command's transaction has a marker too
    var from = to;
    while (stretch.lines.size() <= limit && from > start) {
      from = Math.max(start, to - width);
      width *= 4;
      stretch = new Stretch();
      tail.read(from, to, stretch::take);
    }
    var newest = new ArrayList<>(stretch.lines.reversed());
    var more = newest.size() > limit;
    if (more) newest.subList(limit, newest.size()).clear();
    return new AuditPage(
        newest,
        more ? OptionalLong.of(newest.getLast().place()) : OptionalLong.empty(),
        stretch.unreadable);
  }
}
