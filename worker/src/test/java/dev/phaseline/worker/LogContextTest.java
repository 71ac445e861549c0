package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/// What lines of a handler's own loggers could say: SLF4J's MDC as a handler finds it.
final class LogContextTest extends BrokerTest {
  private final Queue<Map<String, String>> found = new ConcurrentLinkedQueue<>();

  private Outcome<String> handle(String text, PhaseContext context) {
    var now = MDC.getCopyOfContextMap();
    found.add(now == null ? Map.of() : new TreeMap<>(now));
    MDC.put("handlers", context.jobId()); // and never takes it away
    return context.jobId().equals("again") && context.attempt() == 1
        ? Outcome.retryAfter(Duration.ofMillis(1), "once more")
        : Outcome.done(text);
  }

  private void run(WorkerConfig config, List<String> jobs) {
    var pipeline =
        Pipeline.named("logged")
            .phase("only", Codec.text(), this::handle, options -> options.withConcurrency(1))
            .result(Codec.text())
            .build();
    rig.create(pipeline, 1);
    for (var job : jobs) {
      rig.sendAndWait(Rig.job(rig.topics().phase("logged", "only"), job, null, "payload"));
    }
    rig.start(config, Placement.all(pipeline));
    rig.done(pipeline).await(jobs.size());
  }

  @Test
  void aHandlersThreadSaysWhichItemItIsAtAndNothingOfTheOneBefore() {
    run(rig.config("s1").withLogContext(), List.of("one", "again", "three"));
    assertThat(found)
        .containsExactlyInAnyOrder(
            said("one", "1"), said("again", "1"), said("again", "2"), said("three", "1"));
  }

  private static Map<String, String> said(String job, String attempt) {
    return Map.of(
        "pipeline", "logged", "phase", "only", "job", job, "item", job, "attempt", attempt);
  }

  @Test
  void whereThereIsASpanItsIdsAreSaidToo() {
    try (var telemetry =
        OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder().build()).build()) {
      run(
          rig.config("s1").withLogContext().withSpans(OpenTelemetrySpans.of(telemetry)),
          List.of("one"));
      assertThat(found)
          .singleElement()
          .satisfies(
              said -> {
                assertThat(said.get("trace_id")).matches("[0-9a-f]{32}");
                assertThat(said.get("span_id")).matches("[0-9a-f]{16}");
              });
    }
  }

  @Test
  void nothingIsSaidByDefaultAndWhatAHandlerSaysIsGoneBehindIt() {
    run(rig.config("s1"), List.of("one", "two", "three"));
    assertThat(found).containsExactly(Map.of(), Map.of(), Map.of());
  }

  @Test
  void whatAnItemDoesToItsThreadIsUndoneBeforeTheNextOneComes() {
    var seen = new ConcurrentLinkedQueue<List<Object>>();
    var own = new URLClassLoader(new URL[0]);
    var pipeline =
        Pipeline.named("marks")
            .phase(
                "only",
                Codec.text(),
                (text, context) -> {
                  var thread = Thread.currentThread();
                  seen.add(
                      List.of(
                          thread.getName(),
                          String.valueOf(thread.getContextClassLoader()),
                          thread.isInterrupted()));
                  thread.setName("handlers own");
                  thread.setContextClassLoader(own);
                  thread.interrupt();
                  if (context.attempt() == 1) throw new IllegalStateException("once more");
                  return Outcome.done(text);
                },
                options ->
                    options
                        .withConcurrency(1)
                        .withRetry(
                            RetryPolicy.DEFAULT.withDelays(Duration.ZERO, Duration.ofMillis(1))))
            .result(Codec.text())
            .build();
    rig.create(pipeline, 1);
    rig.submit(pipeline, 0, 20, i -> "the same");
    rig.start(pipeline);
    rig.done(pipeline).await(20);
    assertThat(seen).hasSize(40);
    assertThat(new HashSet<>(seen)).as("each finds its thread as the first did").hasSize(1);
  }
}
