package dev.phaseline.cli.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.kafka.common.utils.AppInfoParser;

/// Versions of this program and its libraries.
public final class Versions {
  private Versions() {}

  /// Written by the build into `version.properties`.
  public static String phaseline() {
    var found = new Properties();
    try (var in = Versions.class.getResourceAsStream("/dev/phaseline/cli/version.properties")) {
      if (in == null) throw new IllegalStateException("the jar holds no version.properties");
      found.load(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return found.getProperty("version");
  }

  /// Version of the Kafka client library.
  public static String kafka() {
    return AppInfoParser.getVersion();
  }
}
