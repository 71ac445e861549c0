package dev.phaseline.systemtests.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plug-in compiles against the API alone: not against the worker that runs it.
final class PluginCompilesTest {
  private static final String PLUGIN =
      """
      package acme;

      import dev.phaseline.codecs.JsonCodec;
      import dev.phaseline.codecs.SerdeCodec;
      import dev.phaseline.core.*;
      import java.util.List;
      import java.util.Map;
      import org.apache.kafka.common.serialization.*;

      public final class Orders implements PipelineProvider {
        record Order(String id, int cents) {}

        @Override
        public List<Pipeline> pipelines(Map<String, String> settings) {
          var ids = SerdeCodec.of(new StringSerializer(), new StringDeserializer());
          return List.of(
              Pipeline.named("orders")
                  .phase("check", JsonCodec.of(Order.class), (order, context) -> Outcome.next(order.id()))
                  .phase("pay", ids, (id, context) -> Outcome.done())
                  .build());
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void handlersAndCodecsNeedCoreAndCodecs() throws Exception {
    var api = Snippet.classPath(Set.of("core", "codecs"));
    assertThat(Snippet.compile("acme.Orders", PLUGIN, api, folder)).isEmpty();
  }

  @Test
  void withoutCodecsItDoesNotCompile() throws Exception {
    var core = Snippet.classPath(Set.of("core"));
    assertThat(Snippet.compile("acme.Orders", PLUGIN, core, folder))
        .contains("package dev.phaseline.codecs does not exist");
  }
}
