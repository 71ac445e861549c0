package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.embedded.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// What is in the log, and what must never be.
@Tag("broker")
@Tag("own-broker")
final class LogsTest {
  private static final String CANARY = "canary-4111111111111111";

  @TempDir private static Path folder;
  private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.phaseline");
  private final Logger clients = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients");
  private final AppenderBase<ILoggingEvent> catcher =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };

  @BeforeEach
  void listen() {
    catcher.setContext(root.getLoggerContext());
    catcher.start();
    ours.setLevel(Level.TRACE);
    clients.setLevel(Level.DEBUG);
    // not up to the test's own output, which would be megabytes
    ours.setAdditive(false);
    clients.setAdditive(false);
    ours.addAppender(catcher);
    clients.addAppender(catcher);
  }

  @AfterEach
  void stopListening() {
    for (var logger : List.of(ours, clients)) {
      logger.detachAppender(catcher);
      logger.setLevel(null);
      logger.setAdditive(true);
    }
  }

  private static Outcome<String> handle(String text, PhaseContext context) {
    context.logger().log(System.Logger.Level.INFO, "looking at {0}", "it");
    context.progress(0.5, "half");
    return switch (context.jobId()) {
      case "throws" -> throw new IllegalStateException("no luck");
      case "rejects" -> Outcome.dead("not wanted");
      case "lost" -> Outcome.to("nowhere", text);
      case "again" ->
          context.attempt() == 1
              ? Outcome.retryAfter(Duration.ofMillis(1), "once more")
              : Outcome.done();
      default -> Outcome.next(text);
    };
  }

  @Test
  void linesSayWhichItemTheyAreAboutAndNothingOfItsPayload() {
    var pipeline =
        Pipeline.named("quiet")
            .phase(
                "only",
                Codec.text(),
                LogsTest::handle,
                options ->
                    options.withRetry(
                        RetryPolicy.DEFAULT
                            .withAttemptsMax(2)
                            .withDelays(Duration.ofMillis(1), Duration.ofMillis(5))))
            .phase("end", Codec.text(), (_, _) -> Outcome.done())
            .build();
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("kafka")));
        var rig = new Rig(broker.clientConfig())) {
      rig.create(pipeline, 1);
      var topic = rig.topics().phase("quiet", "only");
      for (var id : List.of("throws", "rejects", "lost", "again", "well")) {
        rig.send(Rig.job(topic, id, id, CANARY));
      }
      var broken = Rig.job(topic, "broken", null, CANARY);
      broken.headers().add("pl-deadline", CANARY.getBytes(UTF_8));
      rig.send(broken);
      rig.start(pipeline);
      rig.done(pipeline).await(2);
      rig.dead(pipeline).await(4);
    }

    var said =
        events.stream().filter(event -> event.getMessage().contains("looking at it")).toList();
    assertThat(said).hasSizeGreaterThanOrEqualTo(7); // two attempts of two items, one of the others
    var second =
        said.stream()
            .filter(event -> event.getMessage().startsWith("[again only #2] "))
            .findFirst()
            .orElseThrow();
    assertThat(second.getLoggerName()).isEqualTo("dev.phaseline.handler.quiet.only");
    assertThat(second.getKeyValuePairs())
        .extracting(pair -> pair.key + "=" + pair.value)
        .containsExactly("pipeline=quiet", "phase=only", "job=again", "item=again", "attempt=2");
    assertThat(events).noneMatch(LogsTest::hasCanary);
  }

  private static boolean hasCanary(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    return event.getFormattedMessage().contains(CANARY)
        || (thrown != null && ThrowableProxyUtil.asString(thrown).contains(CANARY))
        || String.valueOf(event.getKeyValuePairs()).contains(CANARY);
  }
}
