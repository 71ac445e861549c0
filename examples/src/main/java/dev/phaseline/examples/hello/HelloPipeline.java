package dev.phaseline.examples.hello;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import java.util.Locale;

/// A pipeline of two phases: a name becomes a greeting, a greeting becomes louder.
public final class HelloPipeline {
  private HelloPipeline() {}

  /// The pipeline.
  public static Pipeline create() {
    return Pipeline.named("hello")
        .phase(
            "greet",
            Codec.text(),
            (name, _) ->
                name.isBlank() ? Outcome.dead("nobody to greet") : Outcome.next("Hello, " + name))
        .phase("shout", Codec.text(), (line, _) -> Outcome.next(line.toUpperCase(Locale.ROOT)))
        .result(Codec.text())
        .build();
  }
}
