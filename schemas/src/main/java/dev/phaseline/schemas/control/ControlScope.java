package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.ServerNames;
import org.jspecify.annotations.Nullable;

/// Scope of a live setting. Its [#key()] is the key of the setting's record, so that the newest
/// record of a scope is its whole setting and compaction keeps just that.
public sealed interface ControlScope {
  /// Job ids are at most so long here.
  int JOB_CHARS_MAX = 1_000;

  /// The record's key, such as `phase/cities/store`.
  String key();

  /// As people write it, such as `cities.store`.
  String label();

  /// All phases of a pipeline, on every server.
  ///
  /// @param pipeline its name
  record OfPipeline(String pipeline) implements ControlScope {
    public OfPipeline {
      ControlNames.name("pipeline", pipeline);
    }

    @Override
    public String key() {
      return "pipeline/" + pipeline;
    }

    @Override
    public String label() {
      return pipeline;
    }
  }

  /// One phase, on every server.
  ///
  /// @param pipeline its pipeline's name
  /// @param phase its name
  record OfPhase(String pipeline, String phase) implements ControlScope {
    public OfPhase {
      ControlNames.name("pipeline", pipeline);
      ControlNames.name("phase", phase);
    }

    @Override
    public String key() {
      return "phase/" + pipeline + '/' + phase;
    }

    @Override
    public String label() {
      return pipeline + '.' + phase;
    }
  }

  /// All phases that one server runs.
  ///
  /// @param server its name
  record OfServer(String server) implements ControlScope {
    public OfServer {
      ServerNames.check("server", server);
    }

    @Override
    public String key() {
      return "server/" + server;
    }

    @Override
    public String label() {
      return "server " + server;
    }
  }

  /// One phase on one server. Its number of handlers wins over that of the phase on all servers.
  ///
  /// @param server the server's name
  /// @param of the phase
  record OfPhaseAt(String server, OfPhase of) implements ControlScope {
    public OfPhaseAt {
      ServerNames.check("server", server);
    }

    @Override
    public String key() {
      return "phase-at/" + server + '/' + of.pipeline() + '/' + of.phase();
    }

    @Override
    public String label() {
      return of.label() + " on server " + server;
    }
  }

  /// One job of a pipeline: every item of it, wherever it is.
  ///
  /// @param pipeline its pipeline's name
  /// @param job its id
  record OfJob(String pipeline, String job) implements ControlScope {
    public OfJob {
      ControlNames.name("pipeline", pipeline);
      if (job.isEmpty() || job.length() > JOB_CHARS_MAX) {
        throw new IllegalArgumentException(
            "a job's id has 1 to " + JOB_CHARS_MAX + " characters, not " + job.length());
      }
      if (job.chars().anyMatch(Character::isISOControl) || !UTF_8.newEncoder().canEncode(job)) {
        throw new IllegalArgumentException(
            "the job's id has a control character or half of a surrogate pair");
      }
    }

    @Override
    public String key() {
      return "job/" + pipeline + '/' + job;
    }

    @Override
    public String label() {
      return "job " + job + " of " + pipeline;
    }
  }

  /// The scope of a record.
  ///
  /// @throws UnreadableControlException when the key is none
  static ControlScope read(byte @Nullable [] key) {
    if (key == null) throw new UnreadableControlException("a setting's record has no key");
    return parse(new String(key, UTF_8));
  }

  /// The scope of a key.
  ///
  /// @throws UnreadableControlException when the key is none
  static ControlScope parse(String key) {
    var parts = key.split("/", 3); // a job's id may have slashes
    try {
      if (parts.length == 2) {
        if (parts[0].equals("pipeline")) return new OfPipeline(parts[1]);
        if (parts[0].equals("server")) return new OfServer(parts[1]);
      } else if (parts.length == 3) {
        if (parts[0].equals("phase")) return new OfPhase(parts[1], parts[2]);
        if (parts[0].equals("phase-at")) return phaseAt(parts[1], parts[2]);
        if (parts[0].equals("job")) return new OfJob(parts[1], parts[2]);
      }
    } catch (IllegalArgumentException notOne) {
      throw new UnreadableControlException(
          "the key '" + ControlNames.clip(key) + "' names no scope: " + notOne.getMessage(),
          notOne);
    }
    throw new UnreadableControlException(
        "the key '" + ControlNames.clip(key) + "' names no scope of this version");
  }

  private static ControlScope phaseAt(String server, String phase) {
    var slash = phase.indexOf('/');
    if (slash < 0) throw new IllegalArgumentException("it has no phase");
    return new OfPhaseAt(
        server, new OfPhase(phase.substring(0, slash), phase.substring(slash + 1)));
  }
}
