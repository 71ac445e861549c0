package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.run.PhaseProgram;
import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.schemas.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The rule for names of pipelines and phases, which core and schemas each have because neither may
/// see the other: what one takes, the other takes.
final class NameRulesTest {
  private static List<String> names() {
    var names = new ArrayList<String>(Pipeline.RESERVED);
    names.addAll(List.of("", "a", "1a", "A", "a.b", "a_b", "a-", "-a", "a b", "a\n", "\u00e4"));
    names.addAll(List.of("x".repeat(48), "x".repeat(49), "fetch", "timer", "done2", "dead-action"));
    names.addAll(List.of("scheduler-a", "tracker-a", "schedulers", "trackers", "control-a"));
    return names;
  }

  @Test
  void pipelineThatCoreTakesHasTopicsAndNoOther() {
    for (var name : names()) {
      assertThat(takes(name, Pipeline::named))
          .as("pipeline '%s'", name)
          .isEqualTo(takes(name, TopicNames.DEFAULT::done));
    }
    assertThat(takes("timers", Pipeline::named)).isFalse();
  }

  @Test
  void phaseThatCoreTakesHasATopicAndNoOther() {
    for (var name : names()) {
      assertThat(takes(name, NameRulesTest::build))
          .as("phase '%s'", name)
          .isEqualTo(takes(name, phase -> TopicNames.DEFAULT.phase("p", phase)));
    }
    assertThat(takes("dead-actions", NameRulesTest::build)).isFalse();
    assertThat(takes("fetch", NameRulesTest::build)).isTrue();
  }

  @Test
  void pathsThatTheProgramOfAPhaseMakesCanBeRead() {
    assertThat(PhaseProgram.PATH_CHARS_MAX).isEqualTo(ItemIdentity.PATH_CHARS_MAX);
  }

  private static void build(String phase) {
    Pipeline.named("p").phase(phase, Codec.text(), (_, _) -> Outcome.done()).build();
  }

  private static boolean takes(String name, Consumer<String> rule) {
    try {
      rule.accept(name);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }
}
