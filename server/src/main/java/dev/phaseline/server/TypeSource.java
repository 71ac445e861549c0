package dev.phaseline.server;

/// Origin of a kind of job: its words, and the failure that its faults are. Immutable.
///
/// @param name the jar, the folder or the file
/// @param isFile whether it is the server file, whose faults are those of settings
record TypeSource(String name, boolean isFile) {
  /// Not a plug-in, but part of the program itself.
  static final TypeSource CLASS_PATH = new TypeSource("class path", false);

  /// A plug-in.
  static TypeSource plugin(String name) {
    return new TypeSource(name, false);
  }

  /// A fault of it, as one line.
  RuntimeException fault(String what) {
    return isFile
        ? new ServerConfigException(name + ": " + what)
        : new PluginException(name + ": " + what, null);
  }
}
