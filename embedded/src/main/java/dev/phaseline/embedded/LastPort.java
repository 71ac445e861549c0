package dev.phaseline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The port of the last run on a data folder, which a run that may choose takes again.
///
/// Kafka's transaction coordinator looks up a broker's address once for each queue of markers, and
/// after a kill it does so while the metadata still says where the broker was before. On another
/// port it then sends the markers of transactions that were being committed to nobody, again and
/// again, and their records stay hidden until the next transaction of anybody corrects the address
/// (seen with 4.3.1). On the same port there is nothing to correct.
final class LastPort {
  static final String FILE = "phaseline-broker.port";

  private static final int PORT_MAX = 65_535;

  private LastPort() {}

  /// The last port; 0 when there is none, or none that makes sense.
  static int of(Path dataDir) {
    try {
      var port = Integer.parseInt(Files.readString(dataDir.resolve(FILE)).strip());
      return port >= 0 && port <= PORT_MAX ? port : 0;
    } catch (IOException | NumberFormatException unknown) {
      return 0; // then any free port will do
    }
  }

  static void remember(Path dataDir, int port) {
    try {
      Files.writeString(dataDir.resolve(FILE), port + "\n");
    } catch (IOException unwritten) {
      // the next run takes another port: a convenience is lost, no data
    }
  }
}
