package dev.phaseline.ops.console;

import dev.phaseline.ops.control.UnknownTargetException;
import dev.phaseline.ops.dead.LetterDesk;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.ops.dead.TakenOverException;
import dev.phaseline.ops.dead.UnknownPhaseException;
import dev.phaseline.ops.query.QuerySyntaxException;
import dev.phaseline.ops.schedule.UnknownScheduleException;
import dev.phaseline.ops.tracker.BadCursorException;
import dev.phaseline.ops.tracker.RestoringException;
import dev.phaseline.ops.tracker.UnavailableException;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.topics.ClusterException;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/// Mapping from exceptions of the layers below to problems.
final class ExceptionProblems {
  private ExceptionProblems() {}

  /// The problem that an exception means; empty when it is an error of ours.
  static Optional<Problem> of(RuntimeException failed) {
    var message = String.valueOf(failed.getMessage());
    return Optional.ofNullable(
        switch (failed) {
          case Problem problem -> problem;
          case QuerySyntaxException wrong -> query(wrong);
          case UnknownPhaseException wrong ->
              Problem.bad("unknown-phase", message, "it has " + String.join(", ", wrong.known()));
          case Payloads.EditException _ ->
              Problem.of(
                  422,
                  "bad-payload",
                  "The payload can't be sent like this",
                  message,
                  "change the payload and try again; nothing was changed");
          case LetterDesk.RefusedException _ ->
              Problem.conflict("refused", message, "look at the letter again");
          case TakenOverException _ ->
              Problem.conflict(
                  "taken-over",
                  message,
                  "another operator decided about letters of this pipeline at the same moment:"
                      + " reload, then repeat the missing decisions");
          case UnknownTargetException wrong ->
              Problem.missing(
                      "no-such-target",
                      message,
                      wrong.known().isEmpty()
                          ? "there are none yet"
                          : "there are " + String.join(", ", wrong.known()))
                  .with("known", wrong.known());
          case InvalidScheduleException wrong -> schedule(wrong);
          case UnknownScheduleException wrong ->
              Problem.missing(
                      "no-such-schedule",
                      message,
                      wrong.known().isEmpty()
                          ? "there are none yet"
                          : "there are " + String.join(", ", wrong.known()))
                  .with("known", wrong.known());
          case BadCursorException _ -> Problem.bad("bad-cursor", message, "begin without a cursor");
          case RestoringException wrong -> restoring(wrong);
          case UnavailableException _ ->
              Problem.unavailable("tracker", message, "try again when it is back");
          case ClusterException _ ->
              Problem.unavailable(
                  "cluster", message, "nothing was lost: try again when it is back");
          case ConsoleException _ ->
              Problem.unavailable("console-file", message, "mend the file, then try again");
          case KafkaException _ ->
              Problem.unavailable(
                  "cluster",
                  "the cluster refused: " + message,
                  "check the brokers, then try again");
          default -> null;
        });
  }

  private static Problem schedule(InvalidScheduleException wrong) {
    return Problem.of(
            422,
            "bad-schedule",
            "The schedule can't run like this",
            String.valueOf(wrong.getMessage()),
            "change the definition; nothing was changed")
        .with("field", wrong.field());
  }

  private static Problem restoring(RestoringException wrong) {
    return Problem.unavailable(
            "tracker-restoring",
            String.valueOf(wrong.getMessage()),
            "ask again in a moment; work goes on meanwhile")
        .with("progress", wrong.state().progress())
        .with("restored", wrong.state().restored())
        .with("total", wrong.state().total())
        .with("retryAfterSeconds", 2);
  }

  private static Problem query(QuerySyntaxException wrong) {
    var message = String.valueOf(wrong.getMessage());
    var known = wrong.known();
    var problem =
        known.isEmpty()
            ? Problem.bad("bad-query", message, "mend the query at the place that `position` names")
            : Problem.bad("bad-query", message, "it can be " + String.join(", ", known))
                .with("unknown", wrong.unknown())
                .with("known", known);
    return problem.with("position", wrong.position()).with("pointer", wrong.pointer());
  }
}
