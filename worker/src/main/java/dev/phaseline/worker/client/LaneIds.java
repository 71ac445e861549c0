package dev.phaseline.worker.client;

import java.util.Optional;
import java.util.regex.Pattern;

/// The names under which brokers know a lane. The client id of its consumer is
/// `<topic>.<server>.<number>`, and each of its producers has that and `.<place>` as transactional
/// id: so the id of a transaction tells which member of the group it belongs to.
///
/// The three parts after the topic have no dots, so an id is of one topic only, whatever dots the
/// namespace has.
public final class LaneIds {
  private static final Pattern AFTER_TOPIC = Pattern.compile("[^.]+\\.[0-9]+\\.[0-9]+");

  private LaneIds() {}

  /// A lane's client id, and the name by which logs call it.
  public static String lane(String topic, String server, int number) {
    return topic + '.' + server + '.' + number;
  }

  /// A lane's instance id in its group, which is of one phase only.
  public static String instance(String server, int number) {
    return server + '.' + number;
  }

  /// The transactional id of one of a lane's producers.
  public static String producer(String lane, int place) {
    return lane + '.' + place;
  }

  /// The lane whose producer has this transactional id; empty when it is no lane of this topic.
  public static Optional<String> laneOf(String topic, String transactionalId) {
    var before = topic.length() + 1;
    if (!transactionalId.startsWith(topic + '.')) return Optional.empty();
    if (!AFTER_TOPIC.matcher(transactionalId).region(before, transactionalId.length()).matches()) {
      return Optional.empty();
    }
    return Optional.of(transactionalId.substring(0, transactionalId.lastIndexOf('.')));
  }
}
