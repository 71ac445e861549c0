package dev.phaseline.worker.topic;

import org.apache.kafka.common.KafkaException;

/// A topic that was deleted and made again under a lane. What the lane holds is of the old one, so
/// it begins anew.
public final class TopicReplacedException extends KafkaException {
  private static final long serialVersionUID = 1L;

  TopicReplacedException(String topic) {
    super("topic " + topic + " was deleted and made again: it is begun with at its first record");
  }
}
