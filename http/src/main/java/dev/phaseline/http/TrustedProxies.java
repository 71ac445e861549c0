package dev.phaseline.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The reverse proxies whose word counts for where a request comes from: addresses, or networks as
/// `10.0.0.0/8`. Any client can send `Forwarded` or `X-Forwarded-For`, so these headers are read
/// only on connections from a proxy of this list, and only as far back as proxies of it wrote them.
/// Immutable.
public final class TrustedProxies {
  private static final String REMEDY = "use an IP address or a network such as 10.0.0.0/8";
  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  private record Network(List<Byte> address, int bits) {
    boolean contains(InetAddress other) {
      var bytes = other.getAddress();
      if (bytes.length != address.size()) return false;
      for (var bit = 0; bit < bits; bit++) {
        if (((bytes[bit / 8] ^ address.get(bit / 8)) >> (7 - bit % 8) & 1) != 0) return false;
      }
      return true;
    }
  }

  /// No proxy: a request comes from where its connection does.
  public static TrustedProxies none() {
    return new TrustedProxies(List.of());
  }

  /// Reads addresses and networks.
  ///
  /// @throws IllegalArgumentException naming the one that is neither, with the remedy
  public static TrustedProxies of(Collection<String> texts) {
    return new TrustedProxies(texts.stream().map(TrustedProxies::network).toList());
  }

  private static Network network(String text) {
    var slash = text.indexOf('/');
    var address = literal(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) throw malformed(text);
    var bytes = new ArrayList<Byte>();
    for (var each : address.get().getAddress()) bytes.add(each);
    var most = bytes.size() * 8;
    try {
      var bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits >= 0 && bits <= most) return new Network(bytes, bits);
    } catch (NumberFormatException none) {
      // the message below names it
    }
    throw malformed(text);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("'" + text + "' is no proxy's address; " + REMEDY);
  }

  /// The address from which a request comes.
  public InetAddress client(HttpCall call) {
    var peer = call.remote().getAddress();
    if (peer == null || !trusts(peer))
      return peer == null ? InetAddress.getLoopbackAddress() : peer;
    var hops = hops(call);
    var nearest = peer;
    for (var hop : hops.reversed()) {
      var address = address(hop);
      if (address.isEmpty()) return nearest;
      nearest = address.get();
      if (!trusts(nearest)) return nearest;
    }
    return nearest;
  }

  private boolean trusts(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /// The standard header where there is one; both at once would leave open which is the newer.
  private static List<String> hops(HttpCall call) {
    var hops = new ArrayList<String>();
    for (var value : call.headers("Forwarded")) {
      for (var element : value.split(",", -1)) hops.add(forOf(element));
    }
    if (!hops.isEmpty()) return hops;
    for (var value : call.headers("X-Forwarded-For")) {
      for (var element : value.split(",", -1)) hops.add(element.strip());
    }
    return hops;
  }

  private static String forOf(String element) {
    for (var pair : element.split(";", -1)) {
      var text = pair.strip();
      if (text.regionMatches(true, 0, "for=", 0, 4))
        return text.substring(4).replace("\"", "").strip();
    }
    return "";
  }

  /// An address, perhaps with a port; empty for what proxies write in place of one.
  private static Optional<InetAddress> address(String hop) {
    var bare = hop;
    if (hop.startsWith("[")) {
      var end = hop.indexOf(']');
      bare = end < 0 ? hop : hop.substring(1, end);
    } else if (hop.indexOf(':') >= 0 && hop.indexOf(':') == hop.lastIndexOf(':')) {
      bare = hop.substring(0, hop.indexOf(':'));
    }
    return literal(bare);
  }

  private static Optional<InetAddress> literal(String text) {
    // "1" and "0x7f.1" are addresses to some readers; only whole ones are meant here
    if (!text.contains(":") && text.chars().filter(c -> c == '.').count() != 3)
      return Optional.empty();
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
