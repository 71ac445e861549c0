package dev.phaseline.cli.demo;

import java.nio.file.Path;

/// Options of the demo. If it exists, it is valid.
///
/// @param dataDir where everything is kept
/// @param fresh whether to forget earlier runs first
/// @param limit how many cities at most, from 1
/// @param keep whether to go on serving until Ctrl-C
/// @param output how to talk
/// @param sizing how big everything is
public record DemoOptions(
    Path dataDir, boolean fresh, int limit, boolean keep, Output output, Sizing sizing) {

  /// The form of the output.
  ///
  /// @param json whether standard output ends with one JSON object, and all else goes to standard
  ///   error
  /// @param plain whether to write plain lines on a terminal too
  /// @param verbose whether to show our own information and stack traces
  public record Output(boolean json, boolean plain, boolean verbose) {}

  /// The sizes and ports of a demo.
  ///
  /// @param port the broker's; 0 for a free one
  /// @param registryPort the registry's; 0 for a free one
  /// @param partitions of each topic, when they are created
  /// @param concurrency handlers at once in each phase; 0 for the pipeline's own
  public record Sizing(int port, int registryPort, int partitions, int concurrency) {
    /// Kafka takes more, a demo on one broker does not want them.
    public static final int PARTITIONS_MAX = 64;

    public Sizing {
      range("--port", port, 0, 65_535);
      range("--registry-port", registryPort, 0, 65_535);
      range("--partitions", partitions, 1, PARTITIONS_MAX);
      range("--concurrency", concurrency, 0, 10_000);
    }
  }

  public DemoOptions {
    range("--limit", limit, 1, Integer.MAX_VALUE);
  }

  private static void range(String option, int value, int min, int max) {
    if (value < min || value > max) {
      var bounds = max == Integer.MAX_VALUE ? "at least " + min : "from " + min + " to " + max;
      throw new IllegalArgumentException(option + " " + value + ": must be " + bounds);
    }
  }
}
