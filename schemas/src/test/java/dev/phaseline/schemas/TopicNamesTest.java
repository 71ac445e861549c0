package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TopicNamesTest {
  private final TopicNames names = new TopicNames("acme.prod");

  @Test
  void topicsAreNamespacePipelineAndPhase() {
    assertThat(names.phase("cities", "fetch")).isEqualTo("acme.prod.cities.fetch");
    assertThat(names.done("cities")).isEqualTo("acme.prod.cities.done");
    assertThat(names.dead("cities")).isEqualTo("acme.prod.cities.dead");
    assertThat(names.timers()).isEqualTo("acme.prod.timers");
    assertThat(names.control()).isEqualTo("acme.prod.control");
    assertThat(names.workers()).isEqualTo("acme.prod.workers");
    assertThat(names.group("cities", "fetch")).isEqualTo(names.phase("cities", "fetch"));
    assertThat(TopicNames.DEFAULT.timers()).isEqualTo("pl.timers");
  }

  @Test
  void namespacesThatKafkaOrPeopleCouldMisreadAreRefused() {
    for (var bad :
        List.of(
            "", ".", "a.", ".a", "a..b", "A", "ä", "a b", "a/b", "a\n", "-a", "x".repeat(101))) {
      assertThatThrownBy(() -> new TopicNames(bad))
          .as("namespace '%s'", bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + bad + "'");
    }
    assertThat(new TopicNames("x".repeat(100)).timers()).hasSize(107);
  }

  @Test
  void partsMayNotHaveDots() {
    for (var bad : List.of("", "a.b", "1a", "A", "a b", "ä", "a\n", "x".repeat(49))) {
      assertThatThrownBy(() -> names.phase(bad, "fetch"))
          .as("pipeline '%s'", bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pipeline name '" + bad + "'");
      assertThatThrownBy(() -> names.phase("cities", bad))
          .as("phase '%s'", bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("phase name '" + bad + "'");
    }
  }

  @Test
  void phasesMayNotTakeTheNamesOfDoneAndDead() {
    for (var reserved : List.of("done", "dead")) {
      assertThatThrownBy(() -> names.phase("cities", reserved))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(reserved);
    }
  }

  @Test
  void theLongestNameFitsIntoAKafkaTopic() {
    var longest = new TopicNames("n".repeat(100)).phase("p".repeat(48), "q".repeat(48));
    assertThat(longest.length()).isLessThanOrEqualTo(249);
  }

  @Test
  void topicsOfANamespaceThatOnlyBeginsAlikeAreNotOwn() {
    var shorter = new TopicNames("acme");
    for (var theirs :
        List.of(
            names.control(),
            names.audit(),
            names.workers(),
            names.console(),
            names.jobs(),
            names.timers(),
            names.timersDead(),
            names.scheduler(),
            names.scheduler() + "-agenda-changelog",
            names.tracker() + "-events-repartition",
            names.phase("cities", "fetch"),
            names.deadActions("cities"))) {
      assertThat(shorter.isOfPipeline(theirs)).as(theirs).isFalse();
      assertThat(shorter.isOwn(theirs)).as(theirs).isFalse();
      assertThat(names.isOwn(theirs)).as(theirs).isTrue();
    }
    assertThat(shorter.isOfPipeline(shorter.phase("prod", "fetch"))).isTrue();
    assertThatThrownBy(() -> shorter.phase("prod", "control"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("control");
  }

  @Test
  void aQueueIsAPipelineOfOnePhaseInANamespaceOfItsOwn() {
    var items = names.queueItems("mails");
    assertThat(items).isEqualTo("acme.prod.queue.mails.items");
    assertThat(names.queues().dead("mails")).isEqualTo("acme.prod.queue.mails.dead");
    assertThat(names.queueOfItems(items)).contains("mails");
    assertThat(names.queueOfItems(names.queues().dead("mails"))).isEmpty();
    assertThat(names.queueOfItems("acme.prod.queue.items")).isEmpty();
    assertThat(names.queueOfItems("acme.prod.queue..items")).isEmpty();
    assertThat(names.queueOfItems("acme.queue.mails.items")).isEmpty();
  }

  @Test
  void topicsOfQueuesAreOwnAndNoPipelines() {
    var items = names.queueItems("mails");
    assertThat(names.isOfQueue(items)).isTrue();
    assertThat(names.isOfQueue(names.queues().deadActions("mails"))).isTrue();
    assertThat(names.isOwn(items)).isTrue();
    assertThat(names.isOfPipeline(items)).isFalse();
    assertThat(names.pipelineTopics().matcher(items).matches()).isFalse();
    assertThat(names.isOfQueue("acme.prod.queue.fetch")).as("of a pipeline 'queue'").isFalse();
    assertThat(names.isOfPipeline("acme.prod.queue.fetch")).isTrue();
    assertThat(new TopicNames("acme").isOwn(items)).isFalse();
  }

  @Test
  void theLongestNamespaceJudgesTopicsOfQueuesAndHasNone() {
    var longest = new TopicNames("n".repeat(100));
    assertThat(longest.isOwn("n".repeat(100) + ".queue.mails.items")).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> longest.queueItems("mails"));
  }
}
