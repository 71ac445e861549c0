package dev.phaseline.ops.dead;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// State of a letter, derived from its actions. Immutable.
///
/// @param status where it stands
/// @param last the action that brought it there; null when there was none
/// @param edit the edit that a redrive will send, or has sent; null when the payload is the
///   original
public record LetterState(Status status, @Nullable LetterAction last, @Nullable LetterAction edit) {

  /// The states of a letter.
  public enum Status {
    /// No decision yet.
    OPEN,
    /// A redrive has begun that will send it, or was stopped before it could.
    QUEUED,
    /// Sent back to a phase.
    REDRIVEN,
    /// Discarded.
    DISCARDED;

    /// As it is typed and shown.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Clocks of operators and workers do not differ by more. Too little would have a letter sent
  /// twice, too much only hides a letter that was written right after its topic was made anew.
  static final Duration CLOCKS_APART_MAX = Duration.ofHours(1);

  static final LetterState NEW = new LetterState(Status.OPEN, null, null);

  /// This after one more action.
  LetterState after(LetterAction action) {
    return switch (action.verb()) {
      case EDITED -> new LetterState(status, last, action);
      case EDIT_UNDONE -> new LetterState(status, last, null);
      case QUEUED -> new LetterState(Status.QUEUED, action, edit);
      case REDRIVEN -> new LetterState(Status.REDRIVEN, action, edit);
      case DISCARDED, UNKNOWN -> new LetterState(Status.DISCARDED, action, edit);
      case REOPENED -> new LetterState(Status.OPEN, action, edit);
    };
  }

  /// This, as far as it can be about a letter that was written then. An action that does not name
  /// its topic may be of one that was deleted since; it is not about a letter that is much younger.
  LetterState of(Instant writtenAt) {
    var itsLast = last != null && isOfAnother(last, writtenAt) ? null : last;
    var itsEdit = edit != null && isOfAnother(edit, writtenAt) ? null : edit;
    if (itsLast == last && itsEdit == edit) return this;
    return new LetterState(itsLast == null ? Status.OPEN : status, itsLast, itsEdit);
  }

  private static boolean isOfAnother(LetterAction action, Instant writtenAt) {
    return action.topic() == null && writtenAt.isAfter(action.at().plus(CLOCKS_APART_MAX));
  }

  /// Whether a redrive may send it.
  public boolean isSendable() {
    return status == Status.OPEN || status == Status.QUEUED;
  }

  /// `redriven to store by ann@host at 2026-...`, for people.
  public String words() {
    if (last == null || status == Status.OPEN) return edit == null ? "open" : "open, edited";
    var to = last.phase().isEmpty() ? "" : " to " + last.phase();
    var why = last.reason().isEmpty() ? "" : " (" + last.reason() + ")";
    return status.text() + to + " by " + last.by() + " at " + last.at() + why;
  }
}
