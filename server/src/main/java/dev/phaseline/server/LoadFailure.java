package dev.phaseline.server;

import dev.phaseline.core.engine.Thrown;

/// Words for what a plug-in's classes throw when they are loaded and called for the first time,
/// with the remedy where the failure's class tells it. Stateless.
final class LoadFailure {
  private LoadFailure() {}

  /// One line, without the plug-in's name.
  static String of(Throwable failure) {
    var thrown = Thrown.of(failure);
    if (thrown.is(UnsupportedClassVersionError.class)) {
      return "it was compiled for a newer Java than this server's, which is "
          + Runtime.version().feature()
          + ": compile it with --release "
          + Runtime.version().feature()
          + ", or run the server on the newer one";
    }
    var words = thrown.inWords();
    if (thrown.is(ClassFormatError.class)) {
      return words + ": a class in it is damaged: build or copy it again";
    }
    if (thrown.is(IncompatibleClassChangeError.class)) {
      return words
          + ": it was compiled against another version of that class: build it again with the"
          + " phaseline-core of this server";
    }
    if (thrown.is(NoClassDefFoundError.class) || thrown.is(ClassNotFoundException.class)) {
      return words
          + ": a plug-in sees Phaseline's API and its own jars only: put that class into the jar,"
          + " or the jar and its libraries into a folder of their own";
    }
    return words;
  }
}
