package dev.phaseline.ops.console;

import dev.phaseline.ops.DeadLetters;
import dev.phaseline.ops.dead.DiscardReport;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterId;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.ops.dead.Progress;
import dev.phaseline.ops.dead.Redrive;
import dev.phaseline.ops.dead.RedrivePreview;
import dev.phaseline.ops.dead.RedriveReport;
import dev.phaseline.ops.dead.UndoReport;
import dev.phaseline.schemas.TopicNames;
import java.util.List;
import java.util.Map;

/// The dead letters of a cluster. Each decision opens a desk and closes it. Thread-safe.
///
/// @param client how to reach the cluster
/// @param names the namespace
/// @param phases of each pipeline
/// @param payloads how they are decoded
public record KafkaLetters(
    Map<String, ?> client, TopicNames names, Map<String, List<String>> phases, Payloads payloads)
    implements LetterSource {

  public KafkaLetters {
    client = Map.copyOf(client);
    phases = Map.copyOf(phases);
  }

  private LetterBox box(String pipeline) {
    return new LetterBox(client, names, pipeline, phases.getOrDefault(pipeline, List.of()));
  }

  @Override
  public LetterBox.Found find(String pipeline, LetterQuery query, int limit) {
    return box(pipeline).find(query, limit);
  }

  @Override
  public List<DeadLetters.Group> groups(String pipeline, LetterQuery query) {
    return box(pipeline).groups(query);
  }

  @Override
  public LetterEntry require(String pipeline, LetterId id) {
    return box(pipeline).require(id);
  }

  @Override
  public List<LetterEntry> lives(String pipeline, String item) {
    return box(pipeline).lives(item);
  }

  @Override
  public RedrivePreview preview(String pipeline, LetterQuery query, Redrive how) {
    return box(pipeline).preview(query, how);
  }

  @Override
  public RedriveReport redrive(
      String pipeline, LetterQuery query, Redrive how, String by, Progress progress) {
    try (var desk = box(pipeline).open(by)) {
      return desk.redrive(query, how, progress);
    }
  }

  @Override
  public void edit(String pipeline, LetterId id, byte[] value, String by) {
    try (var desk = box(pipeline).open(by)) {
      desk.edit(id, value);
    }
  }

  @Override
  public DiscardReport discard(String pipeline, LetterQuery query, String reason, String by) {
    try (var desk = box(pipeline).open(by)) {
      return desk.discard(query, reason, Progress.NONE);
    }
  }

  @Override
  public UndoReport undo(String pipeline, LetterQuery query, String by) {
    try (var desk = box(pipeline).open(by)) {
      return desk.undo(query, Progress.NONE);
    }
  }
}
