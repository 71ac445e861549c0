package dev.phaseline.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// The names and addresses that a server's requests may be for: the values of `Host` that are its
/// own. Any other one means that a foreign name was bound to this address (DNS rebinding), and that
/// a page of that name could read the answers. Immutable.
public final class HostNames {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private final Set<String> authorities;

  private HostNames(Set<String> authorities) {
    this.authorities = Set.copyOf(authorities);
  }

  /// The names that this machine has for itself.
  public static HostNames loopback(int port) {
    return new HostNames(Set.of())
        .with("localhost", port)
        .with("127.0.0.1", port)
        .with("::1", port);
  }

  /// These, and a name or address at a port.
  ///
  /// @param host an IPv6 address with or without brackets
  public HostNames with(String host, int port) {
    return plus(normal(host), port, HTTP);
  }

  /// These, and the address of a listener.
  public HostNames with(InetAddress address, int port) {
    return plus(text(address), port, HTTP);
  }

  /// These, and where browsers see the server.
  public HostNames with(URI url) {
    var usual = usualPort(url);
    return plus(normal(url.getHost()), url.getPort() < 0 ? usual : url.getPort(), usual);
  }

  private HostNames plus(String host, int port, int usual) {
    var all = new HashSet<>(authorities);
    all.add(host + ':' + port);
    if (port == usual) all.add(host);
    return new HostNames(all);
  }

  /// The port that a URL of this scheme means when it names none.
  public static int usualPort(URI url) {
    return "https".equals(url.getScheme()) ? HTTPS : HTTP;
  }

  /// Whether the value of a `Host` header is one of them. An IPv6 address may be written in any of
  /// its forms.
  public boolean include(String header) {
    var text = header.strip();
    var end = text.startsWith("[") ? text.indexOf(']') : text.indexOf(':') - 1;
    if (end < 0) return !text.startsWith("[") && authorities.contains(normal(text));
    return authorities.contains(normal(text.substring(0, end + 1)) + text.substring(end + 1));
  }

  /// Whether a page of this origin is one of the server's own.
  public boolean include(URI origin) {
    if (origin.getHost() == null || origin.getRawUserInfo() != null) return false;
    var port = origin.getPort() < 0 ? usualPort(origin) : origin.getPort();
    var host = normal(origin.getHost());
    return authorities.contains(host + ':' + port)
        || (port == usualPort(origin) && authorities.contains(host));
  }

  private static String normal(String host) {
    var bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (bare.indexOf(':') < 0) return bare.toLowerCase(Locale.ROOT);
    try {
      return text(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException malformed) {
      return host.toLowerCase(Locale.ROOT);
    }
  }

  /// An address as it stands in a URL: IPv6 in brackets, in the short form of RFC 5952, without a
  /// zone, which no URL can name.
  public static String text(InetAddress address) {
    return address instanceof Inet6Address six
        ? '[' + shortened(six) + ']'
        : address.getHostAddress();
  }

  private static String shortened(Inet6Address address) {
    var bytes = address.getAddress();
    var groups = new int[8];
    for (var i = 0; i < 8; i++) {
      groups[i] = ((bytes[2 * i] & 0xFF) << 8) | (bytes[2 * i + 1] & 0xFF);
    }
    var from = -1;
    var length = 1; // a single zero is written out
    for (var i = 0; i < 8; i++) {
      var end = i;
      while (end < 8 && groups[end] == 0) end++;
      if (end - i > length) {
        from = i;
        length = end - i;
      }
    }
    var text = new StringBuilder();
    for (var i = 0; i < 8; i++) {
      if (i == from) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
