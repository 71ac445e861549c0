package dev.phaseline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.HandlerInterceptor;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Interceptors around handlers: their order, their outcomes, their failures.
final class InterceptorTest {
  private final List<String> calls = new ArrayList<>();

  /// Notes its calls; gives up payloads that it does not like, and breaks at others.
  private record Noting(String name, List<String> calls) implements HandlerInterceptor {
    @Override
    public <O> Outcome<O> around(Invocation<O> call) throws Exception {
      if (call.payload().equals("unwanted")) return Outcome.dead(name + " refuses");
      if (call.payload().equals("breaks")) throw new NoClassDefFoundError("of " + name);
      calls.add(name + " before " + call.context().phase());
      try {
        return call.proceed();
      } finally {
        calls.add(name + " after " + call.context().phase());
      }
    }
  }

  private Pipeline pipeline() {
    return Pipeline.named("p")
        .phase(
            "a",
            Codec.text(),
            (_, _) -> {
              calls.add("handler");
              return Outcome.done();
            },
            options -> options.withRetry(RetryPolicy.never()))
        .build()
        .interceptedBy(new Noting("inner", calls))
        .interceptedBy(new Noting("outermost", calls), new Noting("outer", calls));
  }

  @Test
  void theFirstIsOutermostAndLaterOnesAreAroundEarlierOnes() {
    var driver = PipelineDriver.of(pipeline());
    driver.submit("1", "fine");
    driver.runUntilIdle();
    assertThat(calls)
        .containsExactly(
            "outermost before a",
            "outer before a",
            "inner before a",
            "handler",
            "inner after a",
            "outer after a",
            "outermost after a");
  }

  @Test
  void anOutcomeInPlaceOfTheHandlersCountsAndAFailureIsItsItems() {
    var driver = PipelineDriver.of(pipeline());
    driver.submit("1", "unwanted");
    driver.submit("2", "breaks");
    driver.submit("3", "fine");
    driver.runUntilIdle();
    assertThat(driver.dead()).hasSize(2);
    assertThat(driver.dead().getFirst().reason()).isEqualTo("outermost refuses");
    assertThat(driver.dead().getLast().reason()).contains("of outermost");
    assertThat(calls).containsOnlyOnce("handler");
  }
}
