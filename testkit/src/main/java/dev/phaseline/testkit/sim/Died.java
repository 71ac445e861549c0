package dev.phaseline.testkit.sim;

/// The process that this lane runs in has died: unwinds the lane's stack, nothing else.
final class Died extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Died() {
    super("the process has died", null, false, false);
  }
}
