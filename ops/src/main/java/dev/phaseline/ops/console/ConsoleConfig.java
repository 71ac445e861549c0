package dev.phaseline.ops.console;

import dev.phaseline.http.HostNames;
import dev.phaseline.http.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Address and access settings of the console. If it exists, it is safe: it listens on loopback, or
/// asks for tokens.
///
/// @param address where to listen; port 0 for any that is free
/// @param tokens the token file; empty: whoever reaches the address is an admin, which only
///   loopback allows
/// @param publicUrl how browsers reach it when that is not the address itself, such as
///   `https://console.example.org` of a proxy that does TLS
/// @param title what the page calls this installation, such as `production`
/// @param proxies whose `Forwarded` and `X-Forwarded-For` count
public record ConsoleConfig(
    InetSocketAddress address,
    Optional<Path> tokens,
    Optional<URI> publicUrl,
    String title,
    TrustedProxies proxies) {
  /// The port on which it listens by default.
  public static final int PORT = 8471;

  /// No dots alone: browsers take them out of paths.
  private static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)*/?");

  public ConsoleConfig {
    if (address.isUnresolved()) {
      throw new ConsoleException(
          "the console can't listen on '" + address.getHostString() + "': no such host");
    }
    if (!address.getAddress().isLoopbackAddress() && tokens.isEmpty()) {
      throw new ConsoleException(
          "the console does not listen on "
              + address.getHostString()
              + " without tokens, because everybody who reaches it could stop your work; create"
              + " one with"
              + " `phaseline console token NAME --role admin` and name the file with --tokens, or"
              + " listen on 127.0.0.1");
    }
    publicUrl.ifPresent(ConsoleConfig::check);
  }

  /// Behind no proxy whose word counts.
  public ConsoleConfig(
      InetSocketAddress address, Optional<Path> tokens, Optional<URI> publicUrl, String title) {
    this(address, tokens, publicUrl, title, TrustedProxies.none());
  }

  private static void check(URI url) {
    var scheme = url.getScheme();
    if (!("http".equals(scheme) || "https".equals(scheme)) || url.getHost() == null) {
      throw new ConsoleException(
          "the public URL must be http://HOST or https://HOST, perhaps with a port: " + url);
    }
    var rest = url.getRawQuery() == null && url.getRawFragment() == null;
    if (!rest
        || url.getRawUserInfo() != null
        || !PATH.matcher(String.valueOf(url.getRawPath())).matches()) {
      throw new ConsoleException(
          "the public URL may have a path of letters, digits and - . _ ~ behind its host, such as"
              + " https://example.org/phaseline/, and no more: "
              + url);
    }
  }

  /// On loopback, for whoever is on this machine.
  public static ConsoleConfig local(int port) {
    return new ConsoleConfig(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  /// Asking for tokens of this file.
  public ConsoleConfig withTokens(Path file) {
    return new ConsoleConfig(address, Optional.of(file), publicUrl, title, proxies);
  }

  /// Under this title.
  public ConsoleConfig withTitle(String text) {
    return new ConsoleConfig(address, tokens, publicUrl, text, proxies);
  }

  /// Behind these proxies.
  public ConsoleConfig withProxies(TrustedProxies trusted) {
    return new ConsoleConfig(address, tokens, publicUrl, title, trusted);
  }

  /// The same, with the address at which browsers reach it.
  public ConsoleConfig withPublicUrl(URI url) {
    return new ConsoleConfig(address, tokens, Optional.of(url), title, proxies);
  }

  /// The path below which browsers see it, such as `/phaseline`; empty for the top of its host.
  String prefix() {
    return publicUrl.map(url -> url.getPath().replaceAll("/$", "")).orElse("");
  }

  /// The address for a browser.
  ///
  /// @param port the one that is listened on
  URI url(int port) {
    if (publicUrl.isPresent()) {
      var text = publicUrl.get().toString();
      return URI.create(text.endsWith("/") ? text : text + '/');
    }
    var bound = address.getAddress();
    var host = bound.isAnyLocalAddress() ? "127.0.0.1" : HostNames.text(bound);
    return URI.create("http://" + host + ':' + port + '/');
  }

  /// The session cookie's name. Cookies know hosts and no ports, so two consoles that browsers see
  /// on one host would sign each other out if they shared a name.
  String cookieName(int port) {
    var seen =
        publicUrl
            .map(url -> url.getPort() < 0 ? HostNames.usualPort(url) : url.getPort())
            .orElse(port);
    return "phaseline_session_" + seen + prefix().replace("_", "__").replace('/', '_');
  }

  /// All but the cookie's name and value. Over TLS it must never go without.
  String cookieAttributes() {
    var secure = publicUrl.map(url -> "https".equals(url.getScheme())).orElse(false);
    return "; Path=" + prefix() + "/; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
  }
}
