package dev.phaseline.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.config.Logs;
import dev.phaseline.ops.cluster.TopicScan;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class PassedOverLinesTest {
  private static final String WORDS = "the record at offset {} of pl.cities.dead-0 is left out: {}";

  private final ArrayList<String> err = new ArrayList<>();

  @AfterEach
  void logNothing() {
    Logs.off();
  }

  @Test
  void whatACommandLeavesOutIsPrintedOnceAndWithoutControlCharacters() {
    Logs.passedOverTo(err::add);
    var log = LoggerFactory.getLogger(TopicScan.class);
    log.warn(WORDS, 17, "\u001b[31mred");
    log.warn(WORDS, 17, "\u001b[31mred");
    assertThat(err).hasSize(1);
    assertThat(err.getFirst())
        .startsWith("warning: the record at offset 17 of pl.cities.dead-0")
        .doesNotContain("\u001b");
  }

  @Test
  void aTopicFullOfThemIsABoundedNumberOfLines() {
    Logs.passedOverTo(err::add);
    var log = LoggerFactory.getLogger(TopicScan.class);
    for (var offset = 0; offset < 1_000; offset++) log.warn(WORDS, offset, "damaged");
    assertThat(err)
        .hasSize(PassedOverLines.SHOWN_MAX + 1)
        .last()
        .isEqualTo("warning: more records can't be read");
  }

  @Test
  void theNextCommandOfAProcessHasItsOwn() {
    Logs.passedOverTo(_ -> err.add("of the command before"));
    Logs.passedOverTo(err::add);
    LoggerFactory.getLogger(TopicScan.class).warn(WORDS, 17, "too large");
    assertThat(err)
        .containsExactly(
            "warning: the record at offset 17 of pl.cities.dead-0 is left out: too large");
  }
}
