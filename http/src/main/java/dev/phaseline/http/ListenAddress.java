package dev.phaseline.http;

/// Host and port on which a server listens.
///
/// @param host a name or an address of this machine; an IPv6 address without brackets
/// @param port 0 for any free one
public record ListenAddress(String host, int port) {
  private static final String REMEDY =
      "use HOST:PORT, such as 127.0.0.1:9464, or a port alone for loopback";
  private static final String LOOPBACK = "127.0.0.1";
  private static final int PORT_MAX = 65_535;

  public ListenAddress {
    if (host.isBlank()) throw new IllegalArgumentException("the host is empty; " + REMEDY);
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535; " + REMEDY);
    }
  }

  /// Reads `HOST:PORT`, `[IPv6]:PORT`, or a port alone, which means loopback: what can be reached
  /// from elsewhere has to be said.
  ///
  /// @throws IllegalArgumentException saying what is wrong and the remedy
  public static ListenAddress parse(String text) {
    var trimmed = text.strip();
    var colon = trimmed.lastIndexOf(':');
    var host = colon < 0 ? LOOPBACK : trimmed.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an address; write IPv6 in brackets, such as [::1]:9464");
    }
    return new ListenAddress(host, port(text, trimmed.substring(colon + 1)));
  }

  private static int port(String text, String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("'" + text + "' names no port; " + REMEDY);
    }
    return Integer.parseInt(digits);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
