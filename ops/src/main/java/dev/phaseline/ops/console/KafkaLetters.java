package dev.phaseline.ops.console;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.dead.DiscardReport;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterId;
import dev.phaseline.ops.dead.LetterIndex;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.ops.dead.ProgressListener;
import dev.phaseline.ops.dead.Redrive;
import dev.phaseline.ops.dead.RedrivePreview;
import dev.phaseline.ops.dead.RedriveReport;
import dev.phaseline.ops.dead.UndoReport;
import dev.phaseline.schemas.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The dead letters of a cluster. Each decision opens a desk and closes it. Lists are answered from
/// an index of each pipeline, so that pages which ask every few seconds do not have the whole topic
/// read each time. Thread-safe.
public final class KafkaLetters implements LetterSource, AutoCloseable {
  private final Map<String, ?> client;
  private final TopicNames names;
  private final Map<String, List<String>> phases;
  private final Payloads payloads;
  private final Map<String, LetterIndex> indexes = new ConcurrentHashMap<>();

  /// @param client how to reach the cluster
  /// @param names the namespace
  /// @param phases of each pipeline
  /// @param payloads how they are decoded
  public KafkaLetters(
      Map<String, ?> client,
      TopicNames names,
      Map<String, List<String>> phases,
      Payloads payloads) {
    this.client = Map.copyOf(client);
    this.names = names;
    this.phases = Map.copyOf(phases);
    this.payloads = payloads;
  }

  private LetterIndex index(String pipeline) {
    return indexes.computeIfAbsent(pipeline, name -> new LetterIndex(box(name)));
  }

  private LetterBox box(String pipeline) {
    return LetterBox.of(client, names, pipeline, phases.getOrDefault(pipeline, List.of()));
  }

  @Override
  public LetterBox.Found find(String pipeline, LetterQuery query, int limit) {
    return index(pipeline).find(query, limit).orElseGet(() -> box(pipeline).find(query, limit));
  }

  @Override
  public List<DeadLetterReader.Group> groups(String pipeline, LetterQuery query) {
    return index(pipeline).groups(query).orElseGet(() -> box(pipeline).groups(query));
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
      String pipeline, LetterQuery query, Redrive how, String by, ProgressListener progress) {
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
      return desk.discard(query, reason, ProgressListener.NONE);
    }
  }

  @Override
  public UndoReport undo(String pipeline, LetterQuery query, String by) {
    try (var desk = box(pipeline).open(by)) {
      return desk.undo(query, ProgressListener.NONE);
    }
  }

  @Override
  public Payloads payloads() {
    return payloads;
  }

  @Override
  public void close() {
    indexes.values().forEach(LetterIndex::close);
  }
}
