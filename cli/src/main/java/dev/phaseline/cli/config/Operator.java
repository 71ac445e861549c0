package dev.phaseline.cli.config;

import dev.phaseline.schemas.control.Author;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// User of the command line, as audits name the author of a command. Stateless.
public final class Operator {
  private Operator() {}

  /// The author of a command of this user on this host.
  public static Author author(String reason) {
    var host = host();
    return new Author(
        System.getProperty("user.name", "unknown") + '@' + host, "cli on " + host, reason);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
