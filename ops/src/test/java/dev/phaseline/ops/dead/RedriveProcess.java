package dev.phaseline.ops.dead;

import dev.phaseline.ops.TestCluster;
import dev.phaseline.schemas.TopicNames;
import java.util.Map;

/// A program that redrives everything, to be killed on the way: brokers, pipeline, letters a second
/// (0: as fast as it goes). Prints `open` when it holds the desk, and then how many it has sent.
final class RedriveProcess {
  private RedriveProcess() {}

  public static void main(String[] args) {
    var box =
        new LetterBox(
            Map.of("bootstrap.servers", args[0]), TopicNames.DEFAULT, args[1], TestCluster.PHASES);
    ProgressListener progress = (step, done, _) -> System.out.println(step + ' ' + done);
    try (var desk = box.open("killed@here")) {
      System.out.println("open");
      var how = Redrive.DEFAULT.withPerSecond(Double.parseDouble(args[2]));
      System.out.println("end " + desk.redrive(LetterQuery.ALL, how, progress).end());
    }
  }
}
