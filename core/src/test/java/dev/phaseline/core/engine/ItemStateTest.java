package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ItemStateTest {
  private static final Path PAGE =
      Path.of("").toAbsolutePath().resolveSibling("docs").resolve("state-machine.md");
  private static final String BEGIN = "<!-- from ItemState, by ItemStateTest -->\n";

  /// With -Dphaseline.write=true the page is written.
  @Test
  void thePageSaysWhatTheTableSays() throws IOException {
    var page = Files.readString(PAGE);
    var at = page.indexOf(BEGIN);
    assertThat(at).as(PAGE + " has the line " + BEGIN).isNotNegative();
    var now = page.substring(0, at) + BEGIN + tables();
    if (Boolean.getBoolean("phaseline.write")) Files.writeString(PAGE, now);
    else assertThat(page).isEqualTo(now);
  }

  private static String tables() {
    var text = new StringBuilder("\n## States\n\n| state | meaning |\n|---|---|\n");
    for (var state : ItemState.values()) {
      text.append("| `%s` | %s |\n".formatted(state, state.meaning()));
    }
    text.append("\n## Moves\n\n| from | to | when |\n|---|---|---|\n");
    for (var state : ItemState.values()) {
      state
          .moves()
          .forEach(
              (next, why) -> text.append("| `%s` | `%s` | %s |\n".formatted(state, next, why)));
    }
    return text.toString();
  }

  @Test
  void everyStateIsReachedAndNothingFollowsTheLastTwo() {
    var reached = EnumSet.of(ItemState.READY);
    var open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (var next : open.remove().moves().keySet()) if (reached.add(next)) open.add(next);
    }
    assertThat(reached).containsExactly(ItemState.values());
    for (var state : ItemState.values()) {
      var last = state == ItemState.COMPLETE || state == ItemState.GONE;
      assertThat(state.moves().isEmpty()).as(state.name()).isEqualTo(last);
      assertThat(state.mayBecome(state)).as(state.name()).isFalse();
    }
  }

  @Test
  void aMoveThatThereIsNotIsRefusedAndNamed() {
    var slot = new Slot(Ledgers.fresh(3), new Slot.KeyQueue(null), TextItem.at(3, 42), null);
    slot.settle(new TextSettlement("output", 1, 1), 0);

    assertThatThrownBy(() -> slot.to(ItemState.RUNNING))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("3@42#1 is SETTLED and can't become RUNNING");
    assertThat(slot.state()).isEqualTo(ItemState.SETTLED);
  }
}
