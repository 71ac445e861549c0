package dev.phaseline.cli.demo;

import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.TopicNames;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Creates the topics of a pipeline.
final class Topics {
  private Topics() {}

  static void create(
      Map<String, Object> clients, TopicNames names, Pipeline pipeline, int partitions) {
    var wanted = RunTail.topics(names, pipeline.name(), pipeline.phaseNames());
    try (var admin = Admin.create(clients)) {
      var there = Answers.of(admin.listTopics().names(), "its list of topics");
      var missing =
          wanted.stream()
              .filter(topic -> !there.contains(topic))
              .map(topic -> new NewTopic(topic, partitions, (short) 1))
              .toList();
      Answers.of(admin.createTopics(missing).all(), "new topics");
    }
  }
}
