package dev.phaseline.core.run;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.FailureHandler;
import dev.phaseline.core.ItemFailure;
import dev.phaseline.core.Migration;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.OutcomeCodec;
import dev.phaseline.core.Phase;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.LastFailure;
import dev.phaseline.core.engine.UserCode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The program of one phase under one version of its pipeline: decodes an item, calls its handler,
/// encodes and size-checks what follows. The one place that gives outcomes, limits and failures of
/// codecs their meaning, for worker and test kit alike.
///
/// Whatever the code of others does is a [Decision]; nothing but `OutOfMemoryError` leaves it.
/// Nothing is changed by a run: no retry is counted, nothing is sent. Thread-safe.
///
/// @param <I> what the phase receives
public final class PhaseProgram<I> {
  /// A child of a child of a child has a path that is longer each time, and each record holds it.
  public static final int PATH_CHARS_MAX = 400;

  /// Time for which the phase waits after a codec could not reach its registry.
  private static final Duration DEPENDENCY_PAUSE = Duration.ofSeconds(1);

  private final Target<I> own;
  private final Reading<I> reading;
  private final int read; // the version of the payloads
  private final boolean moves;
  private final PhaseOptions.Limits limits;
  private final Routes routes;
  private final Payloads payloads;
  private final Departures departures;
  private final InstantSource clock;

  private PhaseProgram(Target<I> own, Incoming<I> incoming, Setting setting, Routes routes) {
    this.own = own;
    this.reading = incoming.reading();
    this.read = incoming.version();
    this.moves = incoming.moves();
    this.limits = setting.limits();
    this.routes = routes;
    this.payloads = new Payloads(routes, limits);
    this.departures = new Departures(own, incoming.version(), payloads);
    this.clock = setting.clock();
  }

  /// Limits, names and time of a program. Immutable.
  ///
  /// @param limits the phase's own, or what a server has instead
  /// @param topics the pipeline's
  /// @param clock for deadlines
  public record Setting(PhaseOptions.Limits limits, Topics topics, InstantSource clock) {}

  /// Payloads that come in.
  ///
  /// @param version the version that they are of
  /// @param moves whether they come in at another phase, and are to be sent to this one's topic
  private record Incoming<I>(Reading<I> reading, int version, boolean moves) {}

  /// The program of a phase.
  ///
  /// @param pipeline one version of it
  /// @throws IllegalArgumentException when it has no such phase
  static PhaseProgram<?> of(Pipeline pipeline, String phase, Setting setting) {
    return of(pipeline.phase(phase), pipeline, setting);
  }

  private static <I> PhaseProgram<I> of(Phase<I> phase, Pipeline pipeline, Setting setting) {
    var own = target(phase, pipeline, setting);
    var incoming = new Incoming<>(Reading.own(own), pipeline.version(), false);
    return new PhaseProgram<>(own, incoming, setting, routes(phase, pipeline, setting));
  }

  /// The program for items of an older version, which are read as those of this one.
  ///
  /// @param step one of the migration's
  static PhaseProgram<?> migrating(
      Pipeline pipeline, Migration migration, Migration.Step<?, ?> step, Setting setting) {
    return migrating(pipeline.phase(step.to()), pipeline, migration, step, setting);
  }

  private static <I> PhaseProgram<I> migrating(
      Phase<I> phase,
      Pipeline pipeline,
      Migration migration,
      Migration.Step<?, ?> step,
      Setting setting) {
    var own = target(phase, pipeline, setting);
    var words =
        "the migration of pipeline '"
            + pipeline.name()
            + "' from version "
            + migration.from()
            + " to "
            + pipeline.version();
    var topic = setting.topics().phase(step.phase());
    var reading = Reading.migrated(step, topic, own, words);
    var incoming = new Incoming<>(reading, migration.from(), step.moves());
    return new PhaseProgram<>(own, incoming, setting, routes(phase, pipeline, setting));
  }

  private static <I> Target<I> target(Phase<I> phase, Pipeline pipeline, Setting setting) {
    return new Target<>(phase, setting.topics().phase(phase.name()), pipeline.version());
  }

  private static Routes routes(Phase<?> phase, Pipeline pipeline, Setting setting) {
    return new Routes(pipeline, phase.name(), setting.topics());
  }

  /// The outcomes of this phase as bytes, under its limits.
  OutcomeCodec outcomes() {
    return new OutcomeBytes(payloads);
  }

  /// Runs one attempt on this thread.
  ///
  /// @param item the item
  /// @param out makes what leaves the phase, of this item
  /// @throws OutOfMemoryError the process's failure, not the item's
  public <E> Decision<E> run(Arrival item, EmissionFactory<E> out) {
    try {
      if (item.saga().isCompensating()) return compensated(item, out);
      checkDeadline(item);
      var payload = payload(item);
      return moves ? departures.moved(own, payload, item, out) : handled(payload, item, out);
    } catch (ItemFault fault) {
      return new Decision.Bury<>(fault.kind(), fault.reason());
    } catch (DependencyAway away) {
      return new Decision.Suspend<>(DEPENDENCY_PAUSE, away.reason());
    }
  }

  private void checkDeadline(Arrival item) {
    var deadline = item.context().deadline();
    if (deadline.isEmpty() || !deadline.get().isBefore(clock.instant())) return;
    throw new ItemFault(DeadKind.EXPIRED, "the job's deadline " + deadline.get() + " has passed");
  }

  private I payload(Arrival item) {
    var bytes = item.payload();
    if (bytes == null) throw new ItemFault(DeadKind.UNDECODABLE, "the record has no value");
    if (bytes.length > limits.payloadBytesMax()) {
      throw new ItemFault(
          DeadKind.TOO_BIG,
          "payload has " + bytes.length + " bytes, the limit is " + limits.payloadBytesMax());
    }
    return reading.payload(bytes);
  }

  private <E> Decision<E> handled(I payload, Arrival item, EmissionFactory<E> out) {
    var rekeyed = rekeyed(payload, item, out);
    if (rekeyed != null) return rekeyed;
    item.begins();
    var context = item.context();
    UserCode.Answer<Outcome<?>> answer =
        UserCode.call(() -> own.phase().handler().handle(payload, context));
    return switch (answer) {
      case UserCode.Answer.Threw<Outcome<?>>(var thrown) -> new Decision.Fail<>(thrown);
      case UserCode.Answer.Gave<Outcome<?>>(var outcome) ->
          departures.meaning(outcome, item, out, false);
    };
  }

  /// Whether [#decide] is to be called before this item is given up.
  public boolean decidesFailures(Arrival item) {
    var isHandled = own.phase().recovery().onFailure() != null || routes.onFailure() != null;
    return isHandled && !item.saga().isCompensating();
  }

  /// Asks the failure handler about an item that is about to be given up, on this thread.
  ///
  /// @param item one for which [#decidesFailures] holds
  /// @param out makes what leaves the phase, of this item
  /// @return never `Fail` or `Retry`
  /// @throws OutOfMemoryError the process's failure, not the item's
  public <E> Decision<E> decide(Arrival item, LastFailure failure, EmissionFactory<E> out) {
    var its = own.phase().recovery().onFailure();
    var ofAll = routes.onFailure();
    try {
      var payload = payloadIfAny(item);
      if (its != null) return decided(its, payload, item, failure, out);
      if (ofAll != null) return decided(ofAll, payload.map(one -> one), item, failure, out);
      return new Decision.Bury<>(failure.kind(), failure.reason());
    } catch (ItemFault fault) {
      return undecided(failure, "failed: " + fault.reason());
    } catch (DependencyAway away) {
      return new Decision.Suspend<>(DEPENDENCY_PAUSE, away.reason());
    }
  }

  private <P, E> Decision<E> decided(
      FailureHandler<P> handler,
      Optional<P> payload,
      Arrival item,
      LastFailure failure,
      EmissionFactory<E> out) {
    var about =
        new ItemFailure<>(
            failure.kind(), failure.reason(), payload, item.history(), item.saga().reroutes());
    UserCode.Answer<Outcome<?>> answer =
        UserCode.call(() -> handler.onFailure(about, item.context()));
    return switch (answer) {
      case UserCode.Answer.Threw<Outcome<?>>(var thrown) -> {
        if (thrown.is(DependencyDownException.class)) throw new DependencyAway(thrown.message());
        yield undecided(failure, "threw " + thrown.inWords());
      }
      case UserCode.Answer.Gave<Outcome<?>>(var outcome) ->
          switch (outcome) {
            case null -> undecided(failure, "returned null");
            case Outcome.Dead<?>(var reason) ->
                reason.equals(failure.reason())
                    ? new Decision.Bury<>(failure.kind(), reason)
                    : undecided(failure, "gave it up: " + reason);
            case Outcome.RetryAfter<?> _ ->
                undecided(failure, "asked for another attempt, but none is left");
            case Outcome.Next<?> _,
                Outcome.To<?> _,
                Outcome.FanOut<?> _,
                Outcome.Done<?> _,
                Outcome.Compensate<?> _,
                Outcome.Suspend<?> _ ->
                departures.meaning(outcome, item, out, true);
          };
    };
  }

  private Optional<I> payloadIfAny(Arrival item) {
    try {
      return Optional.of(payload(item));
    } catch (ItemFault notReadable) {
      return Optional.empty();
    }
  }

  private static <E> Decision<E> undecided(LastFailure failure, String words) {
    return new Decision.Bury<>(failure.kind(), failure.butItsHandler(words));
  }

  /// Undoes what this phase has done for the item. A deadline does not stop that.
  private <E> Decision<E> compensated(Arrival item, EmissionFactory<E> out) {
    var compensation = own.phase().recovery().compensation();
    if (compensation == null) {
      throw new ItemFault(
          DeadKind.BAD_OUTCOME,
          "the item is being compensated, but phase '"
              + own.phase().name()
              + "' has no compensation");
    }
    var payload = payload(item);
    item.begins();
    UserCode.Answer<Outcome<?>> answer =
        UserCode.call(() -> compensation.handle(payload, item.context()));
    return switch (answer) {
      case UserCode.Answer.Threw<Outcome<?>>(var thrown) -> new Decision.Fail<>(thrown);
      case UserCode.Answer.Gave<Outcome<?>>(var outcome) ->
          switch (outcome) {
            case Outcome.Done<?> _ -> departures.undoNext(item.saga(), out);
            case Outcome.RetryAfter<?>(var delay, var why) -> new Decision.Retry<>(delay, why);
            case Outcome.Dead<?>(var why) -> new Decision.Bury<>(DeadKind.REJECTED, why);
            case Outcome.Suspend<?>(var delay, var why) -> new Decision.Suspend<>(delay, why);
            case null -> throw noUndoing("null");
            case Outcome.Next<?> _ -> throw noUndoing("Next");
            case Outcome.To<?> _ -> throw noUndoing("To");
            case Outcome.FanOut<?> _ -> throw noUndoing("FanOut");
            case Outcome.Compensate<?> _ -> throw noUndoing("Compensate");
          };
    };
  }

  private static ItemFault noUndoing(String outcome) {
    return new ItemFault(
        DeadKind.BAD_OUTCOME, "a compensation ends with Outcome.done(), not with " + outcome);
  }

  /// The item again under the key that its phase takes from the payload; null when it has that key,
  /// or the phase takes none, or a phase wrote it, which keyed it then.
  ///
  /// A submitter need not know the phase's key function: what comes with another key or none goes
  /// round once, to the place of its own key, and is handled there, in order. It was handed on
  /// then, so it never goes round twice, whatever the function gives.
  private <E> @Nullable Decision<E> rekeyed(I payload, Arrival item, EmissionFactory<E> out) {
    var keyBy = own.phase().keyBy();
    if (keyBy == null || item.isHandedOn()) return null;
    var key = Values.keyOf(DeadKind.UNDECODABLE, "the payload", keyBy, payload);
    return Arrays.equals(key, item.keyBytes())
        ? null
        : Departures.only(own.topic(), out.rekeyed(own, read, key), out);
  }
}
