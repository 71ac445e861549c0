package dev.phaseline.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.schemas.TopicNames;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Pipelines found by the names of topics.
final class ClusterPipelinesTest {
  private static final Set<String> TOPICS =
      Set.of(
          "pl.orders.pay",
          "pl.orders.check",
          "pl.orders.done",
          "pl.orders.dead",
          "pl.orders.dead-actions",
          "pl.mail.send",
          "pl.mail.dead",
          "pl.timers",
          "pl.timers.dead",
          "pl.control",
          "pl.prod.control",
          "other.shop.sell",
          "other.shop.done",
          "pl.orders.pay.copy",
          "__consumer_offsets");

  private static ClusterPipelines found(List<String> ordered) {
    return ClusterPipelines.of(TopicNames.DEFAULT, TOPICS, ordered);
  }

  @Test
  void phasesAreTheTopicsThatAreNotOfAllPipelines() {
    assertThat(found(List.of()).phases("orders")).containsExactly("check", "pay");
    assertThat(found(List.of()).phases("mail")).containsExactly("send");
  }

  @Test
  void phasesHaveTheOrderOfTheServerFile() {
    var file = List.of("mail.send", "orders.pay", "orders.gone");
    assertThat(found(file).phases("orders")).containsExactly("pay", "check");
  }

  @Test
  void whatIsOfNoPipelineIsNotTakenForOne() {
    for (var none : List.of("timers", "prod", "shop", "consumer")) {
      assertThatThrownBy(() -> found(List.of()).phases(none)).isInstanceOf(CommandFailure.class);
    }
  }

  @Test
  void anUnknownNameIsAnsweredWithNearOnesAndShownWithoutControlCharacters() {
    assertThatThrownBy(() -> found(List.of()).phases("oders"))
        .hasMessage("the cluster has no topics of a pipeline 'oders'; did you mean orders?");
    assertThatThrownBy(() -> found(List.of()).phases("\u001b[2J"))
        .message()
        .doesNotContain("\u001b");
  }
}
