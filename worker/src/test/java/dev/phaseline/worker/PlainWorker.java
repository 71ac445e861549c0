package dev.phaseline.worker;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/// A worker without meters and spans, with an item that is done, one that dies, and one that is
/// tried again.
public final class PlainWorker implements Function<Map<String, Object>, String> {
  private static final Pipeline PIPELINE =
      Pipeline.named("plain")
          .phase(
              "only",
              Codec.text(),
              (text, context) ->
                  switch (text) {
                    case "1" -> Outcome.dead("as asked");
                    case "2" ->
                        context.attempt() == 1
                            ? Outcome.retryAfter(Duration.ofMillis(1), "once more")
                            : Outcome.done();
                    default -> Outcome.done();
                  })
          .build();

  /// Made by the test, through a class loader of its own.
  public PlainWorker() {}

  @Override
  public String apply(Map<String, Object> client) {
    try (var rig = new Rig(client, "plain")) {
      rig.create(PIPELINE, 1);
      rig.submit(PIPELINE, 0, 3, Integer::toString);
      var config = rig.config("s1").withLogContext();
      try (var _ = Worker.start(config, Placement.all(PIPELINE))) {
        rig.done(PIPELINE).await(2);
        rig.dead(PIPELINE).await(1);
      }
      // what records generate must not need the libraries either
      return config.equals(rig.config("s1").withLogContext()) + " " + config;
    }
  }
}
