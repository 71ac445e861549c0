package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.outbox.Outbox;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The session of docs/outbox.md, on a real broker and a database in a file; and what the commands
/// refuse.
final class OutboxSessionTest {
  private static final Duration BOUND = Duration.ofMinutes(2);

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private String said(String... arguments) {
    assertThat(run(arguments)).as("%s: %s", List.of(arguments), err).isEqualTo(ExitStatus.OK);
    return out.toString().strip();
  }

  private void refuses(String words, String... arguments) {
    assertThat(run(arguments)).as("%s", List.of(arguments)).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString().lines().findFirst().orElse("")).contains(words);
  }

  @Test
  @Tag("broker")
  void aSession() throws Exception {
    var url = "jdbc:sqlite:" + folder.resolve("orders.db");
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      for (var sql : said("jdbc", "schema", "--dialect", "sqlite").split(";", -1)) {
        if (!sql.isBlank()) statement.execute(sql);
      }
      connection.setAutoCommit(false);
      var order = JobRequest.withId("order-1", "x");
      Outbox.of(JobClient.Settings.DEFAULT)
          .submit(connection, JobType.text("orders", "check"), order);
      connection.commit();
    }
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("broker")))) {
      var at = new String[] {"--bootstrap-servers", broker.bootstrapServers()};
      assertThat(said("outbox", "status", at[0], at[1])).startsWith("No relay of an outbox");
      said("topics", "create", "orders.check", at[0], at[1]);
      try (var relay =
          CliProcess.start("outbox", "run", "orders", "--jdbc-url", url, at[0], at[1])) {
        relay.awaitLine("publishing", BOUND);
        awaitStatus("\"batch\":1,\"waiting\":0", at);
        assertThat(said("outbox", "status", at[0], at[1]))
            .contains("OUTBOX")
            .contains("orders  publishing");
      }
    }
  }

  private void awaitStatus(String text, String... at) throws InterruptedException {
    var sinceNanos = System.nanoTime();
    while (!said("outbox", "status", "--json", at[0], at[1]).contains(text)) {
      assertThat(System.nanoTime() - sinceNanos).as("%s", out).isLessThan(BOUND.toNanos());
      TimeUnit.MILLISECONDS.sleep(100); // a report comes every few seconds
    }
  }

  @Test
  void whatCantBeUsedIsRefusedInOneLine() throws Exception {
    var at = new String[] {"outbox", "run", "orders", "--bootstrap-servers", "127.0.0.1:9"};
    refuses("names the database, such as jdbc:postgresql:", at);
    refuses("no driver for jdbc:oracle is there", with(at, "--jdbc-url", "jdbc:oracle:x:secret"));
    assertThat(err.toString()).doesNotContain("secret");
    refuses(
        "--jdbc-driver none.jar can't be read",
        with(at, "--jdbc-url", "jdbc:acme:x", "--jdbc-driver", "none.jar"));
    var jar = Files.createFile(folder.resolve("empty.jar")).toString();
    refuses("no driver for jdbc:acme", with(at, "--jdbc-url", "jdbc:acme:x", "--jdbc-driver", jar));
    refuses(
        "--jdbc-password-file none can't be read",
        with(at, "--jdbc-url", "jdbc:sqlite:x", "--jdbc-password-file", "none"));
    refuses(
        "batchRows is not in 1..10000",
        with(at, "--jdbc-url", "jdbc:sqlite:x", "--batch-rows", "0"));
    refuses(
        "outbox name 'No' is not valid",
        "outbox",
        "run",
        "No",
        "--bootstrap-servers",
        "127.0.0.1:9",
        "--jdbc-url",
        "jdbc:sqlite:x");
  }

  private static String[] with(String[] some, String... more) {
    var all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }
}
