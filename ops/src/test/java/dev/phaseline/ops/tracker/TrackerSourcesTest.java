package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.TopicNames;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The topics that a tracker subscribes to: those that [TopicNames] can make for pipelines, the
/// timers, and no other.
final class TrackerSourcesTest {
  private static final int CASES = 20_000;
  private static final List<String> PARTS =
      List.of(
          "a",
          "cities",
          "fetch-2",
          "x_y",
          "x".repeat(48),
          "x".repeat(49),
          "",
          "1a",
          "A",
          "a b",
          "a\n",
          "\u00e4",
          "done",
          "dead",
          "dead-actions",
          "dead-action",
          "timers",
          "timer",
          "timers2",
          "control",
          "control-a",
          "audit",
          "workers",
          "console",
          "jobs",
          "jobs\n",
          "scheduler",
          "scheduler-",
          "scheduler-a",
          "schedulers",
          "tracker",
          "tracker-events",
          "trackers",
          "acme",
          "prod");

  private static Pattern sources(TopicNames names) {
    var setting =
        new BooksProcessor.Setting(
            Retention.DEFAULT, 1, InstantSource.system(), Map.of(), new TopicIds(Map::of));
    return new TrackerTopology(names, setting).sources();
  }

  /// By the methods that make names, which have no pattern of whole topics.
  private static Set<String> makeable(TopicNames names) {
    var topics = new HashSet<>(Set.of(names.timers(), names.timersDead()));
    for (var pipeline : PARTS) {
      if (!isTaken(() -> names.done(pipeline))) continue;
      topics.add(names.done(pipeline));
      topics.add(names.dead(pipeline));
      topics.add(names.deadActions(pipeline));
      for (var phase : PARTS) {
        if (isTaken(() -> names.phase(pipeline, phase))) topics.add(names.phase(pipeline, phase));
      }
    }
    return topics;
  }

  private static boolean isTaken(Runnable name) {
    try {
      name.run();
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @Test
  void everyTopicOfAPipelineIsRead() {
    for (var namespace : List.of("acme", "acme.prod", "timers", "pl")) {
      var names = new TopicNames(namespace);
      var sources = sources(names);
      var topics = makeable(names);
      assertThat(topics).hasSizeGreaterThan(100);
      for (var topic : topics) assertThat(sources.matcher(topic).matches()).as(topic).isTrue();
    }
  }

  @Test
  void generatedNamesAreReadWhenTopicNamesCanMakeThemAndOnlyThen() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var names = new TopicNames("acme");
    var sources = sources(names);
    var makeable = makeable(names);
    var read = 0;
    for (var i = 0; i < CASES; i++) {
      var topic = new StringBuilder(random.nextInt(8) == 0 ? "acme-2" : "acme");
      for (var parts = 1 + random.nextInt(3); parts > 0; parts--) {
        topic.append('.').append(PARTS.get(random.nextInt(PARTS.size())));
      }
      var name = topic.toString();
      var isRead = sources.matcher(name).matches();
      assertThat(isRead).as("'%s', seed %d", name, seed).isEqualTo(makeable.contains(name));
      if (isRead) read++;
      var isTimers = name.equals(names.timers()) || name.equals(names.timersDead());
      assertThat(names.isOfPipeline(name)).as(name).isEqualTo(isRead && !isTimers);
    }
    assertThat(read).isBetween(CASES / 100, CASES / 2);
  }
}
