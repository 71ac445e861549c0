package dev.phaseline.systemtests.arch.planted.core;

/// The other half of the cycle: used by the class that it uses.
final class UsesAPart {
  Object part(KnowsItsUser of) {
    return of.part;
  }
}
