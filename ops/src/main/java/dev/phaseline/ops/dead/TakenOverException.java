package dev.phaseline.ops.dead;

import org.jspecify.annotations.Nullable;

/// Another operator's desk was opened for the same pipeline, which ends this one: what it had not
/// committed did not happen. The message is one line.
public final class TakenOverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TakenOverException(@Nullable Throwable cause) {
    super(
        "another operator has begun to decide about dead letters of this pipeline, which ended"
            + " this command; look with `phaseline dead list`, and run it again if there is"
            + " something left to do",
        cause);
  }
}
