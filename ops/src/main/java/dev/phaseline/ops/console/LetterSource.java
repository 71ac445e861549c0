package dev.phaseline.ops.console;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.dead.DiscardReport;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterId;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.ops.dead.ProgressListener;
import dev.phaseline.ops.dead.Redrive;
import dev.phaseline.ops.dead.RedrivePreview;
import dev.phaseline.ops.dead.RedriveReport;
import dev.phaseline.ops.dead.UndoReport;
import java.util.List;

/// The dead letters that the console shows: those of a cluster, or a test's. What the methods do,
/// promise and throw is said by [LetterBox] and [dev.phaseline.ops.dead.LetterDesk]. Thread-safe.
public interface LetterSource {
  /// Finds letters, the newest first; their payloads may be left out.
  LetterBox.Found find(String pipeline, LetterQuery query, int limit);

  /// Counts letters that died alike.
  List<DeadLetterReader.Group> groups(String pipeline, LetterQuery query);

  /// One letter.
  LetterEntry require(String pipeline, LetterId id);

  /// All letters of an item.
  List<LetterEntry> lives(String pipeline, String item);

  /// Preview of a redrive.
  RedrivePreview preview(String pipeline, LetterQuery query, Redrive how);

  /// Sends letters back.
  RedriveReport redrive(
      String pipeline, LetterQuery query, Redrive how, String by, ProgressListener progress);

  /// Sets the payload that a redrive will send.
  void edit(String pipeline, LetterId id, byte[] value, String by);

  /// Puts letters away.
  DiscardReport discard(String pipeline, LetterQuery query, String reason, String by);

  /// Takes back what can be taken back.
  UndoReport undo(String pipeline, LetterQuery query, String by);

  /// The form in which payloads are shown and encoded.
  Payloads payloads();
}
