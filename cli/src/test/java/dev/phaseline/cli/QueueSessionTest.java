package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.embedded.EmbeddedBroker;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The session of docs/queue.md, command by command, on a real broker.
@Tag("broker")
final class QueueSessionTest {
  @TempDir private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String servers = "";

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var all = new ArrayList<>(List.of("queue"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--bootstrap-servers", servers));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private String said(String... arguments) {
    assertThat(run(arguments)).as("%s: %s", List.of(arguments), err).isEqualTo(ExitStatus.OK);
    return out.toString().strip();
  }

  private String saidTo(String input, String... arguments) {
    var answer = new AtomicReference<>("");
    withInput(input, () -> answer.set(said(arguments)));
    return answer.get();
  }

  private static void withInput(String input, Runnable work) {
    var before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
    try {
      work.run();
    } finally {
      System.setIn(before);
    }
  }

  private void refuses(String words, String... arguments) {
    assertThat(run(arguments)).as("%s", List.of(arguments)).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().contains(words);
  }

  private void fails(String words, String... arguments) {
    assertThat(run(arguments)).as("%s", List.of(arguments)).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString().lines()).singleElement().asString().contains(words);
  }

  @Test
  void aSession() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(data.resolve("broker")))) {
      servers = broker.bootstrapServers();
      assertThat(said("list")).startsWith("No queues.");
      refuses("no queue 'mails'", "count", "mails");
      assertThat(said("create", "mails")).isEqualTo("created queue mails");
      assertThat(said("create", "mails")).isEqualTo("queue exists already: mails");
      refuses("did you mean mails", "count", "mals");
      refuses("queue name 'Mails' is not valid", "put", "Mails", "a");

      assertThat(said("put", "mails", "to: ada", "--id", "first", "--header", "lang=en"))
          .isEqualTo("first");
      assertThat(saidTo("two\nthree\n", "put", "mails").lines()).hasSize(2);
      assertThat(
              saidTo("{\"data\":{\"to\":\"bob\"},\"id\":\"json\"}\n", "put", "mails", "--ndjson"))
          .isEqualTo("json");
      assertThat(said("count", "mails")).isEqualTo("4");
      assertThat(said("list")).contains("mails").contains("4");

      claims();
      works();
      refusesWhatCantBe();

      assertThat(said("put", "mails", "x").lines()).hasSize(1);
      assertThat(run("purge", "mails")).as("not confirmed").isEqualTo(ExitStatus.FAILED);
      assertThat(err.toString()).contains("--yes");
      assertThat(said("purge", "mails", "--yes")).isEqualTo("removed 1 item");
      assertThat(said("count", "mails", "--json")).isEqualTo("{\"queue\":\"mails\",\"items\":0}");
      deletesItUnderAConsumer();
      assertThat(said("list")).startsWith("No queues.");
      needsShareGroups(broker);
    }
  }

  private void refusesWhatCantBe() {
    refuses("lease PT0S is not valid", "claim", "mails", "--lease", "0s");
    fails("bytes, at most 921,600 are allowed", "put", "mails", "x".repeat(1_000_000));
    refuses("a claim ends with its process", "delete", "mails", "first");
    refuses("a claim ends with its process", "release", "mails", "first");
    said("put", "mails", "a", "--id", "once");
    said("put", "mails", "b", "--id", "other");
    withInput(
        "{\"delete\":\"once\"}\n{\"delete\":\"once\"}\n",
        () -> refuses("no item 'once' is claimed here", "claim", "mails", "--max", "2"));
    assertThat(said("claim", "mails", "--delete", "--wait", "10s")).contains("\"id\":\"other\"");
  }

  private void deletesItUnderAConsumer() throws Exception {
    var said = new StringWriter();
    var quiet = new PrintWriter(new StringWriter());
    var all = List.of("queue", "claim", "mails", "--wait", "2m", "--bootstrap-servers", servers);
    try (var consumers = Executors.newSingleThreadExecutor()) {
      var status =
          consumers.submit(
              () -> Main.run(quiet, new PrintWriter(said, true), all.toArray(String[]::new)));
      assertThat(said("rm", "mails", "--yes")).isEqualTo("deleted queue mails");
      assertThat(status.get(1, TimeUnit.MINUTES)).isEqualTo(ExitStatus.USAGE);
    }
    assertThat(said.toString().lines()).singleElement().asString().contains("no queue 'mails'");
  }

  private void needsShareGroups(EmbeddedBroker broker) throws Exception {
    said("create", "late");
    try (var admin = Admin.create(broker.clientConfig())) {
      var off = new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
      admin
          .updateFeatures(Map.of("share.version", off), new UpdateFeaturesOptions())
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    var remedy = "share groups, which are switched off in this cluster; switch them on with";
    fails(remedy, "create", "another");
    fails(remedy, "claim", "late");
  }

  private void claims() {
    var claimed = said("claim", "mails", "--delete", "--wait", "10s");
    assertThat(claimed).contains("\"id\":\"first\"").contains("\"data\":\"to: ada\"");
    assertThat(claimed).contains("\"headers\":{\"lang\":\"en\"}").contains("\"deliveries\":1");
    assertThat(run("claim", "mails", "--lease", "soon")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("'--lease': 'soon' is no duration: use a time like");
    refuses("lease PT8760H is not valid: use PT0.1S to PT12H", "claim", "mails", "--lease", "365d");
  }

  private void works() throws Exception {
    var seen = data.resolve("seen");
    var command = "cat >> " + seen + "; echo \" $PHASELINE_DELIVERIES\" >> " + seen;
    var report = said("work", "mails", "--exec", command, "--for", "30s");
    assertThat(report).startsWith("3 done, 0 given back, 0 failed, 0 dead, 0 lost (empty)");
    // A consumer that has ended may have been given an item that it did not look at: that counts.
    assertThat(Files.readAllLines(seen).stream().map(line -> line.replaceFirst(" [12]$", "")))
        .containsExactlyInAnyOrder("two", "three", "{\"to\":\"bob\"}");
  }
}
