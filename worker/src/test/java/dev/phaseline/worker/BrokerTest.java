package dev.phaseline.worker;

import dev.phaseline.embedded.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A test that needs a broker and does it no harm: one broker serves all of them, each test has a
/// namespace of its own in it.
@Tag("broker")
@ExtendWith(BrokerTest.OneForAll.class)
public abstract class BrokerTest {
  public Rig rig;

  @BeforeEach
  final void openRig(EmbeddedBroker broker) {
    rig = new Rig(broker.clientConfig());
  }

  @AfterEach
  final void closeRig() {
    rig.close();
  }

  /// Starts the broker for the first test and stops it after the last.
  static final class OneForAll implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == EmbeddedBroker.class;
    }

    @Override
    public EmbeddedBroker resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(Shared.class, _ -> new Shared(), Shared.class)
          .broker;
    }
  }

  /// The broker and its folder.
  static final class Shared implements AutoCloseable {
    private final Path folder;
    private final EmbeddedBroker broker;

    Shared() {
      try {
        folder = Files.createTempDirectory("phaseline-worker-tests");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      broker =
          EmbeddedBroker.start(
              EmbeddedBroker.Config.in(folder.resolve("kafka"))
                  .withProperties(
                      Map.of(
                          "transaction.max.timeout.ms",
                          LeftOpen.TIMEOUT_MAX_MS,
                          // what a group may ask for; none gets it unasked
                          "group.consumer.min.session.timeout.ms",
                          "1000",
                          "group.consumer.min.heartbeat.interval.ms",
                          "100")));
    }

    @Override
    public void close() throws IOException {
      broker.close();
      try (var all = Files.walk(folder)) {
        for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
      }
    }
  }
}
