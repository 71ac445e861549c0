package dev.phaseline.testkit.sim;

/// One deliberately broken engine: the production sources with one place changed, or an engine that
/// is sound on a performing side that is not.
///
/// @param name what it does
/// @param file which source file of the engine; empty for a broken performing side
/// @param find what is there, exactly once
/// @param replace what is put in its place; the name of a [Tampering] for a performing side
/// @param seedsMax within how many seeds it must be caught
record Mutant(String name, String file, String find, String replace, int seedsMax) {
  static Mutant of(String name, String file, int seedsMax, String find, String replace) {
    return new Mutant(name, file, find, replace, seedsMax);
  }

  static Mutant of(String name, Tampering tampering, int seedsMax) {
    return new Mutant(name, "", "", tampering.name(), seedsMax);
  }

  @Override
  public String toString() {
    return name;
  }
}
