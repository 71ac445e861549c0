package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.accounting.ItemCount;
import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.dead.MemoryLetters;
import dev.phaseline.ops.tracker.FailedAttempt;
import dev.phaseline.ops.tracker.ItemStatus;
import dev.phaseline.ops.tracker.JobRow;
import dev.phaseline.ops.tracker.JobStatus;
import dev.phaseline.ops.tracker.MemoryStatus;
import dev.phaseline.ops.tracker.PhaseStay;
import dev.phaseline.ops.tracker.PhaseView;
import dev.phaseline.schemas.RecordAddress;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A console over a small installation in memory: one pipeline, two workers of which one is gone, a
/// few jobs, dead letters, hostile ones among them.
final class Scene implements AutoCloseable {
  static final String HOSTILE =
      "<script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\">\u202Egnp.exe"
          + " \u0000\u001B[31m \uD83D\uDE80";

  final MemoryStatus status = new MemoryStatus();
  final MemoryLetters letters = new MemoryLetters();
  final MemoryCommands commands = new MemoryCommands();
  final MemoryAudit audit = new MemoryAudit();
  final MemoryEntry entry = new MemoryEntry();
  final Instant now = Instant.now();
  final MemoryTransactions transactions = new MemoryTransactions(now);
  final MemorySchedules schedules = new MemorySchedules(now);
  private final Optional<Path> tokens;
  private final InstantSource clock;
  private final UnaryOperator<ConsoleConfig> change;
  private Console console;

  Scene() {
    this(null, 0);
  }

  /// With a token file.
  Scene(@Nullable Path tokenFile, int port) {
    this(tokenFile, port, InstantSource.system());
  }

  /// With a token file, by a clock.
  Scene(@Nullable Path tokenFile, int port, InstantSource clock) {
    this(tokenFile, port, clock, UnaryOperator.identity());
  }

  /// With a token file, by a clock, configured further.
  Scene(Path tokenFile, InstantSource clock, UnaryOperator<ConsoleConfig> change) {
    this(tokenFile, 0, clock, change);
  }

  private Scene(
      @Nullable Path tokenFile,
      int port,
      InstantSource clock,
      UnaryOperator<ConsoleConfig> change) {
    tokens = Optional.ofNullable(tokenFile);
    this.clock = clock;
    this.change = change;
    phases();
    workers();
    jobs();
    deadLetters();
    console = start(port);
  }

  private List<QueueSource.Seen> queues() {
    var consumers =
        List.of(
            new QueueSource.Consumer("consumer-mails-1", "/10.0.0.7", 1),
            new QueueSource.Consumer(HOSTILE, "/10.0.0.8", 0));
    return List.of(
        new QueueSource.Seen("invoices", 8, 0, null, List.of()),
        new QueueSource.Seen("mails", 1, 12_345, now.minusSeconds(200), consumers));
  }

  private Console start(int port) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var config = change.apply(new ConsoleConfig(address, tokens, Optional.empty(), "example"));
    SequencedMap<String, List<String>> shapes = new LinkedHashMap<>();
    shapes.put("cities", List.of("fetch", "normalize", "store"));
    var parts =
        new ConsoleParts(
            shapes, status, letters, commands, transactions, entry, schedules, this::queues, audit);
    return Console.start(config, parts, past(), clock);
  }

  /// Ten minutes in which the work came in and slowed down, so that charts have something to show.
  private PhaseHistory past() {
    var history = new PhaseHistory();
    for (var i = 120; i > 0; i--) {
      var wave = Math.sin(i / 9.0) + Math.sin(i / 2.3) / 3;
      var done = (120 - i) / 120.0;
      history.add(
          now.minusSeconds(5L * i),
          List.of(
              phase("fetch", 247, 0, 0, 0, 0, 4 + wave, 4 + wave, 12, 48 + (long) (9 * wave)),
              phase(
                  "normalize",
                  50_312,
                  900 + (long) (400 * wave),
                  3,
                  0,
                  3,
                  430 + 40 * wave,
                  420 + 25 * wave,
                  21,
                  150 + (long) (30 * wave)),
              phase(
                  "store",
                  48_903,
                  (long) (18_000 * done * done),
                  42,
                  30_262,
                  2,
                  420 + 25 * wave,
                  410 - 140 * done + 20 * wave,
                  300 + (long) (650 * done),
                  1_800 + (long) (2_400 * done + 260 * wave))));
    }
    return history;
  }

  Console console() {
    return console;
  }

  String url(String path) {
    return "http://127.0.0.1:" + console.port() + path;
  }

  /// Stops the server; what it shows stays.
  void stop() {
    console.close();
  }

  /// Starts it again where it was.
  void startAgain() {
    console = start(console.port());
  }

  private void phases() {
    status
        .with(phase("fetch", 247, 0, 0, 0, 0, 4.1, 4.1, 12, 48))
        .with(phase("normalize", 50_312, 1_204, 3, 0, 3, 412.6, 409.3, 21, 160))
        .with(phase("store", 48_903, 18_431, 42, 30_262, 2, 409.3, 261.8, 950, 4_300));
  }

  private static PhaseView phase(
      String name,
      long in,
      long waiting,
      long retrying,
      long done,
      long dead,
      double inRate,
      double outRate,
      long p50,
      long p99) {
    return new PhaseView(
        "cities",
        name,
        in,
        waiting,
        retrying,
        done,
        dead,
        inRate,
        outRate,
        new PhaseView.Percentiles(Duration.ofMillis(p50), Duration.ofMillis(p99)),
        new PhaseView.Percentiles(Duration.ofMillis(p50 * 9 / 10), Duration.ofMillis(p99 * 4 / 5)),
        new PhaseView.Percentiles(Duration.ofNanos(p50 * 97_300), Duration.ofNanos(p99 * 203_700)),
        waiting == 0 ? null : Duration.ofMillis(p99 * 3),
        waiting == 0 ? Duration.ZERO : Duration.ofSeconds(waiting / 200),
        Map.of(),
        null);
  }

  private void workers() {
    var live =
        new Heartbeat(
            "worker-1",
            "0.1.0",
            "rack-3",
            4711,
            now.minusSeconds(7_300),
            false,
            List.of(
                beat("fetch", 0, 8, ""), beat("normalize", 16, 16, ""), beat("store", 32, 32, "")),
            new Heartbeat.LastError(
                "store: SQLException: database is locked", now.minusSeconds(42)),
            "",
            now);
    var gone =
        new Heartbeat(
            "worker-2",
            "0.1.0",
            "rack-4",
            812,
            now.minusSeconds(90_000),
            false,
            List.of(beat("store", 9, 32, "")),
            null,
            "",
            now.minusSeconds(74));
    commands.workers(
        List.of(
            new WorkerView(live, WorkerView.Liveness.LIVE, Duration.ofMillis(400)),
            new WorkerView(gone, WorkerView.Liveness.GONE, Duration.ofSeconds(74))));
  }

  private static Heartbeat.PhaseBeat beat(
      String phase, int running, int permits, String condition) {
    var inFlight =
        running == 0
            ? List.<Heartbeat.InFlight>of()
            : List.of(new Heartbeat.InFlight("job-2", "/3", 0, 17, 1, 2_140));
    return new Heartbeat.PhaseBeat(
        "cities",
        phase,
        RunState.RUNNING,
        1,
        permits,
        phase.equals("normalize"),
        4,
        running,
        running * 4,
        2,
        0,
        1_204,
        50_000,
        5,
        17,
        0,
        condition,
        "",
        Heartbeat.Versions.UNKNOWN,
        Heartbeat.Times.NONE,
        inFlight);
  }

  private void jobs() {
    var tags = Map.of("import", "2026-11", "country", "DE");
    status.with(job("job-1", WorkState.DEAD, "store", 4_000, 3_100L, 12, 12, 2, tags));
    status.with(job("job-2", WorkState.RUNNING, "store", 300, null, 412, 208, 0, tags));
    for (var i = 3; i <= 70; i++) {
      var state = i % 9 == 0 ? WorkState.RETRYING : i % 5 == 0 ? WorkState.WAITING : WorkState.DONE;
      var ended = state == WorkState.DONE ? 5_000L + i * 60L - 31 : null;
      status.with(
          job(
              "job-" + i,
              state,
              "store",
              5_000L + i * 60L,
              ended,
              40,
              ended == null ? 20 : 40,
              0,
              tags));
    }
    status.with(item("job-1", "/", "fetch", WorkState.SPLIT, 11, "", List.of()));
    status.with(item("job-1", "/0", "store", WorkState.DONE, 0, "", List.of()));
    status.with(
        item(
            "job-1",
            "/1",
            "store",
            WorkState.DEAD,
            0,
            HOSTILE,
            List.of(
                failed(1, "java.sql.SQLTimeoutException", "no answer within 30 s"),
                failed(2, "java.sql.SQLTimeoutException", "no answer within 30 s"),
                failed(3, "java.sql.SQLException", HOSTILE))));
  }

  /// One more job, of this name, with an item.
  void jobNamed(String id) {
    status.with(job(id, WorkState.RUNNING, "store", 10, null, 1, 0, 0, Map.of()));
    status.with(item(id, "/", "store", WorkState.WAITING, 0, "", List.of()));
  }

  private FailedAttempt failed(int number, String error, String message) {
    var at = now.minusSeconds(3_900 - number * 200L);
    return new FailedAttempt(number, "thrown", error, message, "worker-1", at.minusSeconds(30), at);
  }

  private JobStatus job(
      String id,
      WorkState state,
      String phase,
      long submittedAgo,
      @Nullable Long endedAgo,
      long items,
      long ended,
      long dead,
      Map<String, String> tags) {
    var row =
        new JobRow(
            id,
            "cities",
            state,
            phase,
            now.minusSeconds(submittedAgo),
            endedAgo == null ? null : now.minusSeconds(endedAgo),
            items,
            ended,
            dead,
            tags);
    var counts =
        List.of(
            new ItemCount("store", WorkState.DONE, Math.max(1, ended - dead)),
            new ItemCount("store", state, Math.max(1, items - ended)));
    return new JobStatus(
        row, "DE", null, counts, 0, null, endedAgo == null ? now.plusSeconds(130) : null);
  }

  private ItemStatus item(
      String job,
      String path,
      String phase,
      WorkState state,
      int children,
      String reason,
      List<FailedAttempt> attempts) {
    var from = now.minusSeconds(4_000);
    var visits =
        path.equals("/")
            ? List.of(new PhaseStay("fetch", from, from.plusSeconds(60)))
            : List.of(
                new PhaseStay("normalize", from.plusSeconds(60), from.plusSeconds(190)),
                new PhaseStay("store", from.plusSeconds(190), from.plusSeconds(480)),
                new PhaseStay("timers", from.plusSeconds(480), from.plusSeconds(700)),
                new PhaseStay("store", from.plusSeconds(700), from.plusSeconds(900)));
    return new ItemStatus(
        job,
        path,
        phase,
        state,
        attempts.isEmpty() ? 1 : 3,
        0,
        children,
        null,
        "worker-1",
        new RecordAddress("pl.cities." + phase, 0, 17),
        reason,
        attempts,
        0,
        visits);
  }

  private void deadLetters() {
    var history =
        """
        [{"attempt":1,"kind":"thrown","error":"java.sql.SQLTimeoutException",
          "message":"no answer within 30 s","stack":["dev.example.Store.write(Store.java:41)"]},
         {"attempt":2,"kind":"thrown","error":"java.sql.SQLTimeoutException",
          "message":"no answer within 30 s","stack":["dev.example.Store.write(Store.java:41)"]}]\
        """;
    letters.add(
        "job-1",
        "store",
        "timed out: no answer within 30 s",
        bytes("{\"name\":\"Ulm\",\"people\":126000}"),
        now.minusSeconds(3_200),
        history);
    letters.add(
        "job-1",
        "store",
        "timed out: no answer within 30 s",
        bytes("{\"name\":\"Aue\",\"people\":16000}"),
        now.minusSeconds(3_100),
        history);
    letters.add(
        "job-7",
        "normalize",
        "latitude 91.2 is not in -90..90",
        bytes("{\"lat\":91.2}"),
        now.minusSeconds(900));
    letters.add("job-8", "normalize", HOSTILE, bytes(HOSTILE), now.minusSeconds(700));
    letters.add(
        "job-9",
        "normalize",
        "not text",
        new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF, 0},
        now.minusSeconds(600));
    letters.add(
        "job-10", "normalize", "a line of 1 MB", bytes("x".repeat(1 << 20)), now.minusSeconds(500));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    console.close();
  }

  /// Serves the scene until it is stopped, for looking at the page by hand.
  public static void main(String[] args) throws IOException {
    try (var scene = new Scene(null, args.length == 0 ? 8479 : Integer.parseInt(args[0]))) {
      System.out.println(scene.url("/"));
      var _ = System.in.read();
    }
  }
}
