package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Periodic report of a worker's state, about once a second. The record's key is the server's name.
///
/// @param server the server's name
/// @param version of the program
/// @param host the machine's name, as it knows it
/// @param pid the process
/// @param started when the worker did
/// @param stopped whether this is its last one: it has ended in order
/// @param phases what it runs
/// @param lastError the latest failure of a handler or of the worker itself; null when there was
///   none
/// @param trouble why it does not hear what operators say; empty when it does
/// @param at when it said so, by its own clock
public record Heartbeat(
    String server,
    String version,
    String host,
    long pid,
    Instant started,
    boolean stopped,
    List<PhaseBeat> phases,
    @Nullable LastError lastError,
    String trouble,
    Instant at) {
  /// The version of the format that is written, and the newest that is read.
  public static final int VERSION = 1;

  /// The interval of heartbeats, in milliseconds.
  public static final long EVERY_MS = 1_000;

  /// End of a condition whose cause is an open transaction: where to look.
  public static final String SEE_TRANSACTIONS = "`phaseline transactions` shows which";

  /// Start of the condition of a phase that the server's file keeps on standby: it is not run until
  /// its number of handlers is set for this server.
  public static final String STANDBY = "on standby";

  /// Start of a condition that stops nothing: keys come from partitions where their order is not
  /// kept. It does not pass by itself.
  public static final String KEY_ORDER = "key order";

  /// One phase of a worker.
  ///
  /// @param pipeline its pipeline
  /// @param phase its name
  /// @param run whether it works, all settings considered
  /// @param lanes how many consumers it has here
  /// @param permits how many handlers may run at once here
  /// @param permitsAuto whether the worker finds that number by measuring
  /// @param partitions how many partitions it has here
  /// @param running handlers at work
  /// @param held items fetched and not complete
  /// @param backingOff items that wait for their next attempt here
  /// @param hung handlers that were given up and have not ended
  /// @param lag offsets that wait on its partitions here, an upper bound of items; -1: not known
  /// @param completed items completed since the worker started
  /// @param dead of those, dead letters
  /// @param retries attempts that failed and were tried again
  /// @param cancelled of the completed ones, ended because their job was cancelled
  /// @param condition what holds it up, in words; empty when nothing does
  /// @param stoppedBecause which partitions must not be touched until a person has decided, and
  ///   why, in words; empty when there are none, or the worker's version does not say
  /// @param versions the versions of the pipeline that are there, and those that are missed
  /// @param times how long items waited and handlers took, of the last minute
  /// @param inFlight the items that have been running longest, the oldest first, at most
  ///   [#IN_FLIGHT_MAX]
  public record PhaseBeat(
      String pipeline,
      String phase,
      RunState run,
      int lanes,
      int permits,
      boolean permitsAuto,
      int partitions,
      int running,
      int held,
      int backingOff,
      int hung,
      long lag,
      long completed,
      long dead,
      long retries,
      long cancelled,
      String condition,
      String stoppedBecause,
      Versions versions,
      Times times,
      List<InFlight> inFlight) {
    /// More running items are not named.
    public static final int IN_FLIGHT_MAX = 10;

    public PhaseBeat {
      inFlight = List.copyOf(inFlight);
    }

    /// The age of its oldest running handler, in milliseconds; 0 when none runs.
    public long oldestMs() {
      return inFlight.isEmpty() ? 0 : inFlight.getFirst().ageMs();
    }
  }

  /// Versions of the pipeline, as far as the phase goes. Lanes of other servers decide by them
  /// whether to step back for a server that has what they lack.
  ///
  /// @param served the versions whose items are handled here, in ascending order; empty when the
  ///   worker does not say
  /// @param awaited the versions of items that are here and not handled, in ascending order
  /// @param away whether all lanes of the phase have stepped back, so that others have its
  ///   partitions
  public record Versions(List<Integer> served, List<Integer> awaited, boolean away) {
    /// Of a worker that does not say.
    public static final Versions UNKNOWN = new Versions(List.of(), List.of(), false);

    /// More are not written or read.
    private static final int MAX = 1_000;

    public Versions {
      served = List.copyOf(served);
      awaited = List.copyOf(awaited);
    }

    private void put(ObjectNode json) {
      put(json, "versions", served);
      put(json, "awaits", awaited);
      if (away) json.put("away", true);
    }

    private static void put(ObjectNode json, String field, List<Integer> versions) {
      if (versions.isEmpty()) return;
      var list = json.putArray(field);
      for (var version : versions.subList(0, Math.min(MAX, versions.size()))) list.add(version);
    }

    private static Versions read(JsonNode json) {
      return new Versions(
          ControlFields.versions(json, "versions", MAX),
          ControlFields.versions(json, "awaits", MAX),
          json.path("away").asBoolean(false));
    }
  }

  /// The times for which items waited and were handled here in the last minute or so, in
  /// microseconds. Several workers' add up.
  ///
  /// @param waiting from the record's time to the start of its first attempt
  /// @param service what a handler took, each attempt for itself
  public record Times(Histogram waiting, Histogram service) {
    /// Of a worker that handled nothing, or is of a version that does not say.
    public static final Times NONE = new Times(Histogram.NONE, Histogram.NONE);

    /// Both workers' together.
    public Times plus(Times that) {
      return new Times(waiting.plus(that.waiting), service.plus(that.service));
    }
  }

  /// An item that is being handled.
  ///
  /// @param job its job
  /// @param path its place in the job
  /// @param partition of the phase's topic, where its record is; -1: not said
  /// @param offset of its record; -1: not said
  /// @param attempt which attempt
  /// @param ageMs for how long
  public record InFlight(
      String job, String path, int partition, long offset, int attempt, long ageMs) {}

  /// A failure.
  ///
  /// @param what in words, one line; never a payload of ours
  /// @param at when
  public record LastError(String what, Instant at) {}

  public Heartbeat {
    phases = List.copyOf(phases);
  }

  /// The record's value.
  public byte[] toBytes() {
    var json =
        ControlFields.object(VERSION)
            .put("server", server)
            .put("version", version)
            .put("host", host)
            .put("pid", pid)
            .put("started", started.toString());
    if (stopped) json.put("stopped", true);
    if (!trouble.isEmpty()) json.put("trouble", trouble);
    if (lastError != null) {
      json.putObject("lastError")
          .put("what", lastError.what())
          .put("at", lastError.at().toString());
    }
    json.put("at", at.toString());
    var list = json.putArray("phases");
    for (var beat : phases) list.add(json(beat));
    return json.toString().getBytes(UTF_8);
  }

  private static JsonNode json(PhaseBeat beat) {
    var json =
        ControlFields.object()
            .put("pipeline", beat.pipeline())
            .put("phase", beat.phase())
            .put("run", beat.run().text())
            .put("lanes", beat.lanes())
            .put("permits", beat.permits())
            .put("partitions", beat.partitions())
            .put("running", beat.running())
            .put("held", beat.held())
            .put("backingOff", beat.backingOff())
            .put("hung", beat.hung())
            .put("lag", beat.lag())
            .put("completed", beat.completed())
            .put("dead", beat.dead())
            .put("retries", beat.retries())
            .put("cancelled", beat.cancelled());
    if (beat.permitsAuto()) json.put("permitsAuto", true);
    if (!beat.condition().isEmpty()) json.put("condition", beat.condition());
    if (!beat.stoppedBecause().isEmpty()) json.put("stoppedBecause", beat.stoppedBecause());
    beat.versions().put(json);
    ControlFields.put(json, "waitMicros", beat.times().waiting());
    ControlFields.put(json, "serviceMicros", beat.times().service());
    var list = json.putArray("inFlight");
    for (var item : beat.inFlight()) {
      list.addObject()
          .put("job", item.job())
          .put("path", item.path())
          .put("partition", item.partition())
          .put("offset", item.offset())
          .put("attempt", item.attempt())
          .put("ageMs", item.ageMs());
    }
    return json;
  }

  /// Reads a record's value.
  ///
  /// @throws UnreadableControlException when it is from a newer version, or not one
  public static Heartbeat read(byte @Nullable [] value) {
    if (value == null) throw new UnreadableControlException("a heartbeat has no value");
    var json = ControlFields.read(value, VERSION);
    try {
      return read(json);
    } catch (IllegalArgumentException outOfBounds) {
      throw new UnreadableControlException(
          "a heartbeat can't be right: " + outOfBounds.getMessage(), outOfBounds);
    }
  }

  private static Heartbeat read(JsonNode json) {
    var server = new ControlScope.OfServer(json.path("server").asText("")).server();
    var phases = new ArrayList<PhaseBeat>();
    for (var beat : json.path("phases")) phases.add(phase(beat));
    var error = json.path("lastError");
    return new Heartbeat(
        server,
        json.path("version").asText(""),
        json.path("host").asText(""),
        ControlFields.total(json, "pid"),
        ControlFields.timeOr(json, "started", Instant.EPOCH),
        json.path("stopped").asBoolean(false),
        phases,
        error.isObject()
            ? new LastError(
                error.path("what").asText(""), ControlFields.timeOr(error, "at", Instant.EPOCH))
            : null,
        json.path("trouble").asText(""),
        ControlFields.timeOr(json, "at", Instant.EPOCH));
  }

  private static PhaseBeat phase(JsonNode json) {
    var inFlight = new ArrayList<InFlight>();
    for (var item : json.path("inFlight")) {
      inFlight.add(
          new InFlight(
              item.path("job").asText(""),
              item.path("path").asText("/"),
              (int) ControlFields.number(item, "partition", -1, -1, Integer.MAX_VALUE),
              ControlFields.number(item, "offset", -1, -1, Long.MAX_VALUE),
              (int) ControlFields.number(item, "attempt", 1, 0, Integer.MAX_VALUE),
              ControlFields.total(item, "ageMs")));
    }
    var of =
        new ControlScope.OfPhase(json.path("pipeline").asText(""), json.path("phase").asText(""));
    return new PhaseBeat(
        of.pipeline(),
        of.phase(),
        RunState.of(json.path("run").asText(RunState.RUNNING.text())),
        ControlFields.count(json, "lanes"),
        ControlFields.count(json, "permits"),
        json.path("permitsAuto").asBoolean(false),
        ControlFields.count(json, "partitions"),
        ControlFields.count(json, "running"),
        ControlFields.count(json, "held"),
        ControlFields.count(json, "backingOff"),
        ControlFields.count(json, "hung"),
        ControlFields.number(json, "lag", -1, -1, ControlFields.TOTAL_MAX),
        ControlFields.total(json, "completed"),
        ControlFields.total(json, "dead"),
        ControlFields.total(json, "retries"),
        ControlFields.total(json, "cancelled"),
        json.path("condition").asText(""),
        json.path("stoppedBecause").asText(""),
        Versions.read(json),
        new Times(
            ControlFields.histogram(json, "waitMicros"),
            ControlFields.histogram(json, "serviceMicros")),
        inFlight);
  }
}
