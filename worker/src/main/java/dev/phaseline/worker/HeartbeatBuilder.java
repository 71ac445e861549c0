package dev.phaseline.worker;

import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.Heartbeat.InFlight;
import dev.phaseline.schemas.control.Heartbeat.LastError;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import dev.phaseline.worker.control.ControlThread;
import dev.phaseline.worker.item.KafkaItem;
import dev.phaseline.worker.lane.LaneThread;
import dev.phaseline.worker.telemetry.WorkerMeters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Builder of the worker's heartbeat from the state of its lanes. Thread-safe.
final class HeartbeatBuilder {
  private static final String VERSION = version();

  private final WorkerConfig config;
  private final List<LaneThread> lanes;
  private final WorkerMeters meters;
  private final String host = host();
  private final Instant started = Instant.now();

  HeartbeatBuilder(WorkerConfig config, List<LaneThread> lanes, WorkerMeters meters) {
    this.config = config;
    this.meters = meters;
    this.lanes = List.copyOf(lanes);
  }

  /// The heartbeat for this moment.
  ///
  /// @param phases what each phase is doing
  Heartbeat now(List<PhaseStatus> phases, ControlThread.Lags lags) {
    var byPhase = new LinkedHashMap<String, List<LaneThread>>();
    for (var lane : lanes) {
      var id = lane.placement().pipeline().name() + '.' + lane.placement().phase();
      byPhase.computeIfAbsent(id, _ -> new ArrayList<>()).add(lane);
    }
    var beats = new ArrayList<PhaseBeat>();
    for (var status : phases) {
      var of = byPhase.getOrDefault(status.pipeline() + '.' + status.phase(), List.of());
      beats.add(beat(status, of, lags));
    }
    return new Heartbeat(
        config.server(),
        VERSION,
        host,
        ProcessHandle.current().pid(),
        started,
        false,
        beats,
        lastError(),
        "",
        Instant.now());
  }

  private PhaseBeat beat(PhaseStatus status, List<LaneThread> of, ControlThread.Lags lags) {
    var cancelled = 0L;
    var positions = new HashMap<TopicPartition, Long>();
    var inFlight = new ArrayList<InFlight>();
    for (var lane : of) {
      cancelled += lane.report().totals().cancelled();
      lane.report()
          .positions()
          .forEach((at, next) -> positions.put(new TopicPartition(lane.topic(), at), next));
      inFlight.addAll(inFlight(lane));
    }
    inFlight.sort(Comparator.comparingLong(InFlight::ageMs).reversed());
    var behind = lags.behind(positions);
    return new PhaseBeat(
        status.pipeline(),
        status.phase(),
        status.run(),
        of.size(),
        status.permits(),
        status.permitsAuto(),
        status.partitions(),
        status.running(),
        status.held(),
        status.backingOff(),
        status.hung(),
        behind < 0 ? -1 : behind + status.held(),
        status.completed(),
        status.dead(),
        status.retries(),
        cancelled,
        status.condition(),
        status.stopped().isEmpty() ? "" : PhaseStatusBuilder.stopped(status.stopped()),
        versions(of),
        meters.times(of.getFirst().placement()),
        inFlight.subList(0, Math.min(PhaseBeat.IN_FLIGHT_MAX, inFlight.size())));
  }

  /// Versions of a phase, of all its lanes together.
  private static Heartbeat.Versions versions(List<LaneThread> of) {
    var awaited = new TreeSet<Integer>();
    var away = true;
    for (var lane : of) {
      var its = lane.turns().versions();
      awaited.addAll(its.awaited());
      away &= its.away();
    }
    var served = of.getFirst().turns().versions().served();
    return new Heartbeat.Versions(served, List.copyOf(awaited), away);
  }

  private static List<InFlight> inFlight(LaneThread lane) {
    var now = System.nanoTime();
    var named = new ArrayList<InFlight>();
    for (var one : lane.eldest(PhaseBeat.IN_FLIGHT_MAX)) {
      var record = KafkaItem.recordOf(one.attempt().item());
      var its =
          ItemIdentity.read(record.topic(), record.partition(), record.offset(), record.headers());
      named.add(
          new InFlight(
              its.jobId(),
              its.path(),
              record.partition(),
              record.offset(),
              one.attempt().number(),
              Math.max(0, (now - one.startedNanos()) / 1_000_000)));
    }
    return named;
  }

  private @Nullable LastError lastError() {
    LastError last = null;
    for (var lane : lanes) {
      var its = lane.report().lastError();
      if (its != null && (last == null || its.at().isAfter(last.at()))) last = its;
    }
    return last;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "unknown";
    }
  }

  /// Written by the build into `version.properties`.
  private static String version() {
    var found = new Properties();
    try (var in = HeartbeatBuilder.class.getResourceAsStream("version.properties")) {
      if (in == null) throw new IllegalStateException("the jar holds no version.properties");
      found.load(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return found.getProperty("version", "unknown");
  }
}
