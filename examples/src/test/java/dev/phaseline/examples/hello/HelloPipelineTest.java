package dev.phaseline.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.testkit.DeadLetter;
import dev.phaseline.testkit.DoneItem;
import dev.phaseline.testkit.PipelineDriver;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HelloPipelineTest {
  private final PipelineDriver driver = PipelineDriver.of(HelloPipeline.create());

  @Test
  void nameIsGreetedLoudly() {
    driver.submit("job-1", "Ada");
    driver.runUntilIdle();
    assertThat(driver.done())
        .extracting(DoneItem::result)
        .containsExactly(Optional.of("HELLO, ADA"));
  }

  @Test
  void blankNameIsADeadLetter() {
    driver.submit("job-1", " ");
    driver.runUntilIdle();
    assertThat(driver.dead()).extracting(DeadLetter::reason).containsExactly("nobody to greet");
  }
}
