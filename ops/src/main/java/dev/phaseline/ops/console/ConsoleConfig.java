package dev.phaseline.ops.console;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Where the console listens and whom it lets in. If it exists, it is safe: it listens on loopback,
/// or asks for tokens.
///
/// @param address where to listen; port 0 for any that is free
/// @param tokens the token file; empty: whoever reaches the address is an admin, which only
///   loopback allows
/// @param publicUrl how browsers reach it when that is not the address itself, such as
///   `https://console.example.org` of a proxy that does TLS
/// @param title what the page calls this installation, such as `production`
public record ConsoleConfig(
    InetSocketAddress address, Optional<Path> tokens, Optional<URI> publicUrl, String title) {
  /// Where it listens unless told otherwise.
  public static final int PORT = 8471;

  public ConsoleConfig {
    if (address.isUnresolved()) {
      throw new ConsoleException(
          "the console can't listen on '" + address.getHostString() + "': no such host");
    }
    if (!address.getAddress().isLoopbackAddress() && tokens.isEmpty()) {
      throw new ConsoleException(
          "the console does not listen on "
              + address.getHostString()
              + " without tokens, for everybody there could stop your work; make one with"
              + " `phaseline console token NAME --role admin` and name the file with --tokens, or"
              + " listen on 127.0.0.1");
    }
    publicUrl.ifPresent(ConsoleConfig::check);
  }

  private static void check(URI url) {
    var scheme = url.getScheme();
    if (!("http".equals(scheme) || "https".equals(scheme)) || url.getHost() == null) {
      throw new ConsoleException(
          "the public URL must be http://HOST or https://HOST, perhaps with a port: " + url);
    }
  }

  /// On loopback, for whoever is on this machine.
  public static ConsoleConfig local(int port) {
    return new ConsoleConfig(
        new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  /// Asking for tokens of this file.
  public ConsoleConfig withTokens(Path file) {
    return new ConsoleConfig(address, Optional.of(file), publicUrl, title);
  }

  /// Under this title.
  public ConsoleConfig withTitle(String text) {
    return new ConsoleConfig(address, tokens, publicUrl, text);
  }

  /// Whether browsers reach it over TLS, so that the cookie must never go without.
  boolean isSecure() {
    return publicUrl.map(url -> "https".equals(url.getScheme())).orElse(false);
  }
}
