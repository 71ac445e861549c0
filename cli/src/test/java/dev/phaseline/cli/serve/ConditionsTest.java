package dev.phaseline.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.control.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConditionsTest {
  private final List<String> lines = new ArrayList<>();
  private final Conditions conditions = new Conditions(lines::add);

  @Test
  void keysInTwoPartitionsAreToldOnceAndHideNoOutage() {
    var hint = Heartbeat.KEY_ORDER + " is not kept";
    for (var i = 0; i < 3; i++) conditions.say("p.one", hint);
    conditions.say("p.one", "suspended until later");
    conditions.say("p.one", hint);
    assertThat(lines)
        .containsExactly(
            "phase p.one: " + hint,
            "phase p.one waits: suspended until later",
            "phase p.one goes on");
  }
}
