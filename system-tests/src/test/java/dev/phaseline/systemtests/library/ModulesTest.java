package dev.phaseline.systemtests.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The libraries on the module path, as a module of a user's sees them: their API works there, what
/// is no API does not compile, and OpenTelemetry need not be there.
final class ModulesTest {
  private static final Set<String> OURS =
      Set.of("core", "schemas", "producer", "topics", "codecs", "queue", "testkit");

  private static final Set<String> THEIRS =
      Set.of("kafka-clients", "avro-", "jackson-", "slf4j-api", "jspecify");

  private static final String DESCRIPTOR =
      """
      module acme {
        requires dev.phaseline.codecs;
        requires dev.phaseline.core;
        requires dev.phaseline.producer;
        requires dev.phaseline.testkit;
        requires dev.phaseline.topics;

        exports acme;
        opens acme to com.fasterxml.jackson.databind;
      }
      """;

  private static final String PROGRAM =
      """
      package acme;

      import dev.phaseline.codecs.JsonCodec;
      import dev.phaseline.core.*;
      import dev.phaseline.producer.*;
      import dev.phaseline.testkit.PipelineDriver;
      import dev.phaseline.topics.TopicSetup;
      import org.apache.kafka.clients.producer.MockProducer;
      import org.apache.kafka.common.serialization.*;

      public final class Orders {
        record Order(String id, int cents) {}

        public static String run() {
          var pipeline =
              Pipeline.named("orders")
                  .phase("check", JsonCodec.of(Order.class), (order, context) -> Outcome.done(order))
                  .result(JsonCodec.of(Order.class))
                  .build();
          var driver = PipelineDriver.of(pipeline);
          driver.submit("job-1", new Order("o-1", 250));
          driver.runUntilIdle();

          var bytes = new ByteArraySerializer();
          var producer = new MockProducer<byte[], byte[]>(true, null, bytes, bytes);
          try (var jobs = JobClient.withProducer(producer, JobClient.Settings.DEFAULT)) {
            jobs.submitAndWait(JobType.text("orders", "check"), JobRequest.withId("job-2", "x"));
          }
          var topic = producer.history().getFirst().topic();
          return driver.done().getFirst().result().orElseThrow() + " " + topic;
        }
      }
      """;

  @TempDir private Path folder;

  /// A build without Maven leaves the descriptors out, and then there is nothing to look at.
  @BeforeEach
  void descriptorsAreThere() {
    var found = ModuleFinder.of(paths(path())).findAll().stream();
    var described = found.filter(one -> !one.descriptor().isAutomatic()).count();
    var byMaven = System.getProperty("surefire.real.class.path") != null;
    assumeTrue(byMaven || described >= OURS.size(), "classes without module descriptors");
  }

  @Test
  void theApiWorksInsideAModule() throws Exception {
    var sources = Map.of("module-info", DESCRIPTOR, "acme.Orders", PROGRAM);
    assertThat(Snippet.compileModule(sources, path(), folder)).isEmpty();
    assertThat(run("acme.Orders")).isEqualTo("Order[id=o-1, cents=250] pl.orders.check");
  }

  @Test
  void theEngineIsRefused() throws Exception {
    assertThat(compiled("dev.phaseline.core.engine.Lane"))
        .contains("dev.phaseline.core.engine is not visible");
    assertThat(compiled("dev.phaseline.core.run.PhaseProgram"))
        .contains("dev.phaseline.core.run is not visible");
  }

  @Test
  void formatsThatAreNoApiAreRefused() throws Exception {
    assertThat(compiled("dev.phaseline.schemas.control.Heartbeat"))
        .contains("dev.phaseline.schemas.control is not visible");
    assertThat(compiled("dev.phaseline.testkit.sim.SimLane"))
        .contains("dev.phaseline.testkit.sim is not visible");
  }

  /// The compiler's messages about a module that names this class.
  private String compiled(String name) throws Exception {
    var source = "package acme; final class Looks { " + name + " field; }";
    return Snippet.compileModule(
        Map.of("module-info", DESCRIPTOR, "acme.Looks", source), path(), folder);
  }

  private static String path() {
    return Snippet.modulePath(OURS, THEIRS);
  }

  private static Path[] paths(String joined) {
    var all = new ArrayList<Path>();
    for (var one : joined.split(File.pathSeparator, -1)) all.add(Path.of(one));
    return all.toArray(Path[]::new);
  }

  /// In a layer of modules of its own, with none of this test's class path behind it.
  private Object run(String name) throws Exception {
    var finder = ModuleFinder.of(paths(folder + File.pathSeparator + path()));
    var boot = ModuleLayer.boot();
    var resolved =
        Configuration.resolve(
            finder, List.of(boot.configuration()), ModuleFinder.of(), Set.of("acme"));
    var layer =
        ModuleLayer.defineModulesWithOneLoader(
                resolved, List.of(boot), ClassLoader.getPlatformClassLoader())
            .layer();
    var program = layer.findLoader("acme").loadClass(name);
    return program.getMethod("run").invoke(null);
  }
}
