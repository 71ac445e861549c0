package dev.phaseline.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.jdbc.MariaDbServer;
import dev.phaseline.jdbc.PostgresServer;
import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.jdbc.TestDatabase;
import dev.phaseline.outbox.RelayFaults.Fault;
import dev.phaseline.outbox.RelayStatus.State;
import dev.phaseline.producer.JobType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contracts on submissions and relays on all databases, with one broker.
@Tag("broker")
final class OutboxRelayTest {
  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static TestDatabase postgres;
  private static TestDatabase sqlite;
  private static TestDatabase h2;
  private static @Nullable TestDatabase mariaDb;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("kafka")));
    var server = PostgresServer.start(folder);
    postgres = TestDatabase.of(server.url(), SqlDialect.POSTGRESQL, server);
    var file = folder.resolve("orders.db");
    sqlite =
        TestDatabase.of(
            "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=OFF",
            SqlDialect.SQLITE,
            () -> {});
    h2 = TestDatabase.of("jdbc:h2:mem:relayed", SqlDialect.H2, () -> {});
    if (MariaDbServer.isInstalled()) {
      var maria = MariaDbServer.start(folder);
      mariaDb = TestDatabase.of(maria.url(), SqlDialect.MARIADB, maria);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
    sqlite.close();
    h2.close();
    if (mariaDb != null) mariaDb.close();
    broker.close();
  }

  @Nested
  final class OnSqlite extends RelayContract {
    @Override
    TestDatabase database() {
      return sqlite;
    }

    @Override
    Map<String, Object> kafka() {
      return broker.clientConfig();
    }
  }

  @Nested
  final class OnH2 extends RelayContract {
    @Override
    TestDatabase database() {
      return h2;
    }

    @Override
    Map<String, Object> kafka() {
      return broker.clientConfig();
    }
  }

  @Nested
  final class OnMariaDb extends RelayContract {
    @Override
    TestDatabase database() {
      var database = mariaDb;
      assumeTrue(database != null, "MariaDB is not installed: " + MariaDbServer.programs());
      return Optional.ofNullable(database).orElseThrow();
    }

    @Override
    Map<String, Object> kafka() {
      return broker.clientConfig();
    }
  }

  @Nested
  final class OnPostgres extends RelayContract {
    @Override
    TestDatabase database() {
      return postgres;
    }

    @Override
    Map<String, Object> kafka() {
      return broker.clientConfig();
    }

    @Test
    void aDatabaseThatWasRestoredEndsTheRelay() throws Exception {
      submit(0, 10);
      try (var relay = start(postgres.pool(), "a")) {
        awaitEmpty();
        assertThat(relay.failure()).isEmpty();
      }
      postgres.execute("UPDATE phaseline_outbox_relay SET batch = batch + 7");
      submit(10, 20);
      try (var relay = start(postgres.pool(), "a")) {
        await("it has ended", () -> relay.status().state() == State.FAILED);
        assertThat(relay.failure().orElseThrow())
            .contains("was the database restored")
            .contains("--adopt");
      }
      try (var relay = OutboxRelay.start(postgres.pool(), kafka(), config("a").adopting())) {
        awaitEmpty();
        assertThat(relay.status().published()).isEqualTo(10);
      }
      assertThat(jobs()).hasSize(20);
    }

    /// In one database, since a topic is tried again after seconds.
    @Test
    void aMissingTopicHoldsUpItsOwnRowsAlone() throws Exception {
      var mails = submit(JobType.text("mails", "send"), 0, 10);
      var orders = submit(10, 20);
      var topic = names.phase("mails", "send");
      try (var relay = start(postgres.pool(), "a")) {
        await("the topic is held", () -> relay.status().held().containsKey(topic));
        await(
            "the others go on",
            () -> postgres.number("SELECT COUNT(*) FROM phaseline_outbox") == mails.size());
        assertThat(relay.status().condition())
            .isEqualTo(
                "topic "
                    + topic
                    + ": there is no such topic: create it with `phaseline topics"
                    + " create`");
        published().createTopics(topic);
        awaitEmpty();
        await("nothing is held", () -> relay.status().condition().isEmpty());
      }
      assertThat(Published.problems(orders, jobs())).isEmpty();
      assertThat(Published.problems(mails, published().jobs(topic))).isEmpty();
    }

    /// By default a fault of each kind; `-Dphaseline.kills=60` asks for more, with more work.
    @Test
    void businessRowsAndJobsAgreeWhateverDies() throws Exception {
      var seed = Long.getLong("phaseline.seed", System.nanoTime());
      System.out.println("OutboxRelayTest: -Dphaseline.seed=" + seed);
      var kinds = List.of(Fault.values());
      var faults = Integer.getInteger("phaseline.kills", kinds.size());
      var transactions = 300 * (faults + 1);
      var business = new Business(postgres, names, new AtomicInteger());
      business.create();
      var logs = Files.createDirectories(folder.resolve("relays-" + seed));
      var threads = new ArrayList<Thread>();
      try (var relays =
          RelayFaults.start(postgres, broker.bootstrapServers(), names.namespace(), logs)) {
        for (var fault = 0; fault < faults; fault++) {
          var kind = kinds.get(fault % kinds.size());
          var until = transactions * (fault + 1) / (faults + 1);
          threads.add(Thread.ofVirtual().start(() -> business.run(until, seed + until)));
          threads.add(Thread.ofVirtual().start(() -> business.run(until, seed - until)));
          relays.await("jobs are published", () -> !jobs().isEmpty());
          relays.happen(kind, new Random(seed + fault));
        }
        business.run(transactions, seed);
        for (var thread : threads) thread.join();
        relays.await("rows are gone", OutboxRelayTest::isEmpty);
      }
      assertThat(business.jobs()).hasSizeGreaterThan(transactions / 2);
      assertThat(Published.problems(business.jobs(), jobs())).as("seed " + seed).isEmpty();
    }

    @Test
    void anotherNameIsRefused() throws Exception {
      try (var relay = start(postgres.pool(), "a")) {
        await("it publishes", () -> relay.status().state() == State.PUBLISHING);
      }
      var other = config("a");
      var renamed =
          new RelayConfig("mails", "a", other.names(), other.tuning(), other.adopts(), null);
      try (var relay = OutboxRelay.start(postgres.pool(), kafka(), renamed)) {
        await("it has ended", () -> relay.failure().isPresent());
        assertThat(relay.failure().orElseThrow())
            .isEqualTo(
                "this database's outbox is relayed as %s.outbox.orders, not as %s.outbox.mails: start"
                        .formatted(names.namespace(), names.namespace())
                    + " the relay with that namespace and name");
      }
    }

    @Test
    void missingTablesAndTopicsAreWaitedFor() throws Exception {
      postgres.execute("DROP TABLE phaseline_schema");
      try (var relay = start(postgres.pool(), "a")) {
        await("it tells", () -> relay.status().condition().contains("is not there: make it by"));
        assertThat(relay.status().state()).isEqualTo(State.WAITING);
        postgres.execute(OutboxSchema.statements(postgres.dialect()).toArray(String[]::new));
        await("it publishes", () -> relay.status().state() == State.PUBLISHING);
      }
    }

    @Test
    void settingsThatCantBeUsedAreRefused() {
      assertThatThrownBy(() -> OutboxRelay.start(postgres.pool(), Map.of(), config("a")))
          .hasMessageContaining("bootstrap.servers is missing");
      assertThatThrownBy(
              () ->
                  OutboxRelay.start(
                      postgres.pool(), Map.of("bootstrap.server", "127.0.0.1:9"), config("a")))
          .hasMessageContaining("did you mean bootstrap.servers?");
      assertThatThrownBy(() -> RelayConfig.of("Orders!")).hasMessageContaining("use 1 to 48");
      assertThatThrownBy(() -> config(" ")).hasMessageContaining("relay name has 1 characters");
      assertThatThrownBy(() -> RelayTuning.DEFAULT.withBatchRows(0))
          .hasMessage("batchRows is not in 1..10000: 0");
    }
  }

  private static boolean isEmpty() {
    try {
      return postgres.number("SELECT COUNT(*) FROM phaseline_outbox") == 0;
    } catch (SQLException recovering) {
      return false;
    }
  }
}
