package dev.phaseline.embedded;

import dev.phaseline.embedded.BrokerStartException.Reason;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The embedded broker as a program of its own; [BrokerProcess] starts it.
///
/// ```
/// EmbeddedBrokerMain --data-dir FOLDER [--port N] [--host ADDRESS] [--free-bytes-min N]
///                    [--property NAME=VALUE]...
/// ```
///
/// Prints one line to standard output: `READY host:port` when clients are served, or `FAILED REASON
/// message` before it exits with status 1. Ends, cleanly and with status 0, when its standard input
/// ends, which happens when the parent closes it or dies; and on SIGTERM.
public final class EmbeddedBrokerMain {
  static final String READY = "READY ";
  static final String FAILED = "FAILED ";

  private EmbeddedBrokerMain() {}

  /// Runs until its standard input ends.
  ///
  /// @param args as above
  public static void main(String[] args) throws InterruptedException {
    EmbeddedBroker broker;
    try {
      broker = EmbeddedBroker.start(parse(args));
    } catch (BrokerStartException failed) {
      System.out.println(FAILED + failed.reason() + " " + failed.getMessage());
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "phaseline-broker-stop"));
    System.out.println(READY + broker.bootstrapServers());
    System.out.flush();
    System.exit(serve(broker));
  }

  /// Waits for the end of standard input or of the broker; returns the exit status.
  private static int serve(EmbeddedBroker broker) throws InterruptedException {
    var orphaned = new CountDownLatch(1);
    Thread.ofPlatform()
        .name("phaseline-broker-parent")
        .daemon()
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // nothing is said on this line; only its end matters
                }
              } catch (IOException gone) {
                // as good as its end
              }
              orphaned.countDown();
            });
    while (!orphaned.await(500, TimeUnit.MILLISECONDS)) {
      var failure = broker.failure();
      if (failure.isPresent()) {
        System.err.println("the broker failed: " + failure.get().getMessage());
        return 1;
      }
    }
    return 0;
  }

  static EmbeddedBroker.Config parse(String[] args) {
    Path dataDir = null;
    var port = 0;
    var host = "127.0.0.1";
    var freeBytesMin = EmbeddedBroker.Config.FREE_BYTES_MIN;
    var properties = new HashMap<String, String>();
    for (var i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) throw bad("option " + args[i] + " has no value");
      var value = args[i + 1];
      try {
        switch (args[i]) {
          case "--data-dir" -> dataDir = Path.of(value);
          case "--port" -> port = Integer.parseInt(value);
          case "--host" -> host = value;
          case "--free-bytes-min" -> freeBytesMin = Long.parseLong(value);
          case "--property" -> {
            var equals = value.indexOf('=');
            if (equals < 1) throw bad("--property '" + value + "' is not like NAME=VALUE");
            properties.put(value.substring(0, equals), value.substring(equals + 1));
          }
          default -> throw bad("option " + args[i] + " is unknown");
        }
      } catch (NumberFormatException | InvalidPathException invalid) {
        throw bad("option " + args[i] + " has a value that is not valid: '" + value + "'");
      }
    }
    if (dataDir == null) throw bad("option --data-dir is missing");
    try {
      return new EmbeddedBroker.Config(dataDir, port, host, properties, freeBytesMin);
    } catch (IllegalArgumentException invalid) {
      throw bad(String.valueOf(invalid.getMessage()));
    }
  }

  private static BrokerStartException bad(String what) {
    return new BrokerStartException(
        Reason.BAD_SETTING,
        what
            + "; usage: --data-dir FOLDER [--port N] [--host ADDRESS] [--free-bytes-min N]"
            + " [--property NAME=VALUE]...");
  }
}
