package dev.phaseline.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.ops.console.ConsoleNotes;
import dev.phaseline.scheduler.SchedulerException;
import dev.phaseline.scheduler.TimerConfig;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Worker, scheduler and console on a broker with passwords and ACLs: what is missing is told all
/// at once, and what docs/security.md lists is enough.
@Tag("broker")
final class RightsTest {
  private static final String PLAIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required ";
  private static final Pipeline HELLO =
      Pipeline.named("hello")
          .phase("greet", Codec.text(), (text, _) -> Outcome.next(text))
          .phase("shout", Codec.text(), (_, _) -> Outcome.done())
          .build();

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void startBroker() throws Exception {
    broker =
        EmbeddedBroker.start(
            EmbeddedBroker.Config.in(folder.resolve("kafka"))
                .withProperties(
                    Map.of(
                        "listener.security.protocol.map",
                        "CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "sasl.mechanism.inter.broker.protocol",
                        "PLAIN",
                        "listener.name.clients.plain.sasl.jaas.config",
                        PLAIN
                            + "username=\"root\" password=\"r\" user_root=\"r\" user_worker=\"w\""
                            + " user_scheduler=\"s\" user_console=\"c\";",
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users",
                        "User:root;User:ANONYMOUS")));
    admin = Admin.create(as("root", "r"));
    var setup = new TopicSetup(admin, TopicNames.DEFAULT, TopicSettings.SINGLE.withPartitions(1));
    setup.ensure(HELLO.name(), HELLO.phaseNames());
    setup.ensureTimers();
    setup.ensureControl();
    setup.ensureJobs();
    setup.ensureConsole();
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  private static Map<String, Object> as(String user, String password) {
    var settings = new HashMap<>(broker.clientConfig());
    settings.put("security.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", "PLAIN");
    settings.put(
        "sasl.jaas.config", PLAIN + "username=\"" + user + "\" password=\"" + password + "\";");
    return settings;
  }

  private static AclBinding acl(
      String user, ResourceType type, String name, PatternType pattern, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  private static void grant(List<AclBinding> acls) throws Exception {
    admin.createAcls(acls).all().get(60, TimeUnit.SECONDS);
  }

  private static WorkerConfig worker() {
    return WorkerConfig.of("s1", as("worker", "w")).withTimers(true);
  }

  @Test
  void aWorkerNamesEveryRightThatIsMissingAndStartsWithTheDocumentedOnes() throws Exception {
    var refused =
        catchThrowableOfType(
            WorkerException.class, () -> Worker.start(worker(), Placement.all(HELLO)).close());
    var is = "User:worker has no right ";
    assertThat(refused.problems())
        .contains(
            is + "READ, WRITE, DESCRIBE_CONFIGS on topic pl.hello.greet",
            is + "READ, WRITE, DESCRIBE_CONFIGS on topic pl.hello.shout",
            is + "WRITE, DESCRIBE_CONFIGS on topic pl.hello.done",
            is + "WRITE, DESCRIBE_CONFIGS on topic pl.hello.dead",
            is + "WRITE, DESCRIBE_CONFIGS on topic pl.timers",
            is + "READ on topic pl.control",
            is + "WRITE on topic pl.workers",
            is + "READ on group pl.hello.greet",
            is + "READ on group pl.hello.shout",
            is + "WRITE on transactional id pl.hello.greet.s1.0.0",
            is + "WRITE on transactional id pl.hello.shout.s1.0.0")
        .hasSize(12);

    var acls = new ArrayList<AclBinding>();
    for (var operation :
        List.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS)) {
      acls.add(acl("worker", ResourceType.TOPIC, "pl.hello.", PatternType.PREFIXED, operation));
    }
    acls.add(
        acl("worker", ResourceType.TOPIC, "pl.timers", PatternType.LITERAL, AclOperation.WRITE));
    acls.add(
        acl(
            "worker",
            ResourceType.TOPIC,
            "pl.timers",
            PatternType.LITERAL,
            AclOperation.DESCRIBE_CONFIGS));
    acls.add(
        acl("worker", ResourceType.TOPIC, "pl.control", PatternType.LITERAL, AclOperation.READ));
    acls.add(
        acl("worker", ResourceType.GROUP, "pl.hello.", PatternType.PREFIXED, AclOperation.READ));
    acls.add(
        acl(
            "worker",
            ResourceType.TRANSACTIONAL_ID,
            "pl.hello.",
            PatternType.PREFIXED,
            AclOperation.WRITE));
    grant(acls);
    assertThatThrownBy(() -> Worker.start(worker(), Placement.all(HELLO)).close())
        .isInstanceOf(WorkerException.class)
        .hasMessageStartingWith(is + "WRITE on topic pl.workers; grant these rights");

    grant(
        List.of(
            acl(
                "worker",
                ResourceType.TOPIC,
                "pl.workers",
                PatternType.LITERAL,
                AclOperation.WRITE)));
    try (var worker = Worker.start(worker(), Placement.all(HELLO))) {
      assertThat(worker.failure()).isEmpty();
      assertThat(worker.controlProblem()).isEmpty();
    }
  }

  @Test
  void aSchedulerAndAConsoleNameEveryRightThatIsMissing() {
    var config = TimerConfig.of("one", as("scheduler", "s"), folder.resolve("scheduler"));
    assertThatThrownBy(() -> TimerService.start(config).close())
        .isInstanceOf(SchedulerException.class)
        .message()
        .contains("User:scheduler has no right READ, DESCRIBE_CONFIGS on topic pl.timers")
        .contains("User:scheduler has no right WRITE, DESCRIBE_CONFIGS on topic pl.timers.dead")
        .contains("User:scheduler has no right READ on group pl.scheduler")
        .contains("User:scheduler has no right WRITE on transactional id pl.scheduler-check");

    assertThatThrownBy(() -> ConsoleNotes.open(as("console", "c"), TopicNames.DEFAULT).close())
        .hasMessageContaining("pl.console");
  }
}
