package dev.phaseline.ops.tracker;

/// A cursor that is not one, or not one of this list.
public final class BadCursorException extends StatusException {
  private static final long serialVersionUID = 1L;

  BadCursorException(String cursor) {
    super(
        "the cursor '"
            + (cursor.length() <= 60 ? cursor : cursor.substring(0, 60) + "...")
            + "' is not one of this list; begin without one",
        null);
  }
}
