package dev.phaseline.bench.contender;

import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// The course of one contender in one round. All contenders' topics have the same names, in a
/// namespace that no other round has.
///
/// @param bootstrap the broker
/// @param namespace of topics, groups and transactional ids
/// @param phases how many
/// @param concurrency handlers at once, where a contender has such a setting
/// @param instance which of several processes of one contender this is
/// @param runLog where the ids of handled items are written at the end; empty: nowhere
/// @param database JDBC address of the database; empty: there is none
public record Course(
    String bootstrap,
    String namespace,
    int phases,
    int concurrency,
    String instance,
    String runLog,
    String database) {

  /// The pipeline's name, the same in every round.
  public static final String PIPELINE = "bench";

  public Course {
    if (phases < 1) throw new IllegalArgumentException("phases < 1: " + phases);
    if (concurrency < 1) throw new IllegalArgumentException("concurrency < 1: " + concurrency);
  }

  /// This as another process of the same contender runs it, with a log of what it ran.
  public Course as(String another, String log) {
    return new Course(bootstrap, namespace, phases, concurrency, another, log, database);
  }

  /// The phases' names, in order.
  public List<String> phaseNames() {
    return IntStream.range(0, phases).mapToObj(i -> "p" + i).toList();
  }

  /// The phases' inputs, in order, and the sink.
  public List<String> topics() {
    var names = new TopicNames(namespace);
    var topics =
        new java.util.ArrayList<>(
            phaseNames().stream().map(phase -> names.phase(PIPELINE, phase)).toList());
    topics.add(names.done(PIPELINE));
    return List.copyOf(topics);
  }

  /// The first phase's input.
  public String input() {
    return topics().getFirst();
  }

  /// The topic of the last phase's output.
  public String sink() {
    return topics().getLast();
  }

  /// The folder of its scheduler's state.
  ///
  /// @param folder the rig's
  public Path timersDir(Path folder) {
    return folder.resolve(namespace + "-timers-" + instance);
  }

  /// The folder of its tracker's state.
  ///
  /// @param folder the rig's
  public Path trackerDir(Path folder) {
    return folder.resolve(namespace + "-tracker-" + instance);
  }

  /// The folder of its worker's journal.
  ///
  /// @param folder the rig's
  public Path journal(Path folder) {
    return folder.resolve(namespace + "-journal-" + instance);
  }

  /// The consumer group of a phase.
  public String group(int phase) {
    return topics().get(phase);
  }
}
