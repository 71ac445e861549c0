package dev.phaseline.systemtests.arch.planted.common;

/// Something in a package that says nothing.
final class Anything {
  private Anything() {}
}
