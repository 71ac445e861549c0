package dev.phaseline.ops.dead;

import java.util.Optional;

/// Result of a redrive. What it says of letters is read from the log whenever it did not end by
/// itself, so it is also right when the command was cut off.
///
/// @param operation its id, in every action that it wrote; of several turns, the last one's
/// @param matched how many letters were meant
/// @param redriven how many were sent
/// @param takenBack how many were queued and are open again
/// @param left how many stay queued, because somebody else took over
/// @param refused the letters that can't be sent, each with the reason
/// @param canary what became of the canary, if there was one
/// @param end how it ended
/// @param words the end in one line; empty when there is nothing to say
public record RedriveReport(
    String operation,
    long matched,
    long redriven,
    long takenBack,
    long left,
    RefusedLetters refused,
    Optional<Canary> canary,
    End end,
    String words) {

  /// The ends of a redrive.
  public enum End {
    /// Everything that could be sent was sent.
    COMPLETE,
    /// Too many of the canary died again; the rest was taken back.
    CANARY_FAILED,
    /// The canary did not leave its phase in time; the rest was taken back.
    CANARY_UNFINISHED,
    /// The redrive was stopped on request; the rest was taken back.
    STOPPED,
    /// Another operator began to write; what was not sent is theirs to decide.
    TAKEN_OVER,
    /// The cluster refused a transaction, for whatever reason; the same command again goes on.
    CUT_OFF
  }

  /// This turn after those before it, which another operator had cut off: all letters that were
  /// sent count, and each was meant once.
  RedriveReport after(RedriveReport before) {
    return new RedriveReport(
        operation,
        Math.max(before.matched, before.redriven + matched),
        before.redriven + redriven,
        takenBack,
        left,
        refused,
        canary.isPresent() ? canary : before.canary,
        end,
        end == End.COMPLETE && words.isEmpty()
            ? "another operator was at it too, and sent or took what is missing"
            : words);
  }

  /// Results of the first letters.
  ///
  /// @param sent how many were sent
  /// @param passed how many left their phase well
  /// @param deadAgain how many died again
  public record Canary(long sent, long passed, long deadAgain) {
    /// Number of items that have not left their phase.
    public long open() {
      return sent - passed - deadAgain;
    }
  }
}
