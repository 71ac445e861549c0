package dev.phaseline.cli.config;

import dev.phaseline.cli.text.CommandFailure;

/// The presence of the example pipelines, which the demo and `dev` run: an installation for
/// production is built without them. Stateless.
public final class Examples {
  private static final String ONE_OF_THEM = "dev.phaseline.examples.cities.CitiesPipeline";

  private Examples() {}

  /// Ends a command that needs them where they are missing.
  ///
  /// @throws CommandFailure with the way to run it
  public static void required(ClassLoader from) {
    try {
      Class.forName(ONE_OF_THEM, false, from);
    } catch (ClassNotFoundException missing) {
      throw CommandFailure.of(
          "the example pipelines are not part of this installation; run `./phaseline demo` or"
              + " `./phaseline dev` in the source tree",
          missing);
    }
  }
}
