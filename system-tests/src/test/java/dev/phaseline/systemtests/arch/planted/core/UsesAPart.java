package dev.phaseline.systemtests.arch.planted.core;

/// The other half of the cycle: known by what it knows.
final class UsesAPart {
  Object part(KnowsItsUser of) {
    return of.part;
  }
}
