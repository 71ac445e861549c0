package dev.phaseline.ops.console;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets requests in, or not. What it asks of each of them, in this order:
/// 1. its `Host` is one of ours, so that no foreign name can be bound to this address;
/// 2. when it changes something and comes from a browser, it comes from our own page (`Origin`,
///    `Sec-Fetch-Site`);
/// 3. a token that is good (`Authorization: Bearer`), or the cookie of a session and, when it
///    changes something, that session's CSRF token in the header `X-Phaseline-Csrf`;
/// 4. a role that may do it.
///
/// Without a token file, everybody is an admin, but 1, 2 and the CSRF token still hold: other pages
/// in the same browser are not "everybody". Thread-safe.
final class Guard {
  static final String CSRF = "X-Phaseline-Csrf";
  static final String COOKIE = "phaseline_session";
  private static final String BEARER = "bearer ";

  private final @Nullable Tokens tokens;
  private final Set<String> hosts;
  private final InstantSource clock;
  private final Sessions sessions;
  private final LoginLimit limit;
  private final String openCsrf = Tokens.random();
  private final boolean secure;

  /// @param port the one that is listened on, which is known late
  Guard(ConsoleConfig config, int port, InstantSource clock) {
    this.tokens = config.tokens().map(Tokens::read).orElse(null);
    this.hosts = hosts(config, port);
    this.clock = clock;
    this.sessions = new Sessions(clock);
    this.limit = new LoginLimit(clock);
    this.secure = config.isSecure();
  }

  private static Set<String> hosts(ConsoleConfig config, int port) {
    var hosts = new HashSet<String>();
    for (var name : new String[] {"localhost", "127.0.0.1", "[::1]"}) hosts.add(name + ':' + port);
    var address = config.address().getAddress();
    if (!address.isAnyLocalAddress()) {
      var text = address.getHostAddress();
      hosts.add((text.contains(":") ? '[' + text + ']' : text) + ':' + port);
      hosts.add(config.address().getHostString().toLowerCase(Locale.ROOT) + ':' + port);
    }
    config.publicUrl().ifPresent(url -> hosts.add(authority(url)));
    return Set.copyOf(hosts);
  }

  /// As a browser writes it: without the port that the scheme implies.
  private static String authority(URI url) {
    var host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
    var usual = "https".equals(url.getScheme()) ? 443 : 80;
    return url.getPort() < 0 || url.getPort() == usual ? host : host + ':' + url.getPort();
  }

  /// Whether everybody who reaches the address is an admin.
  boolean isOpen() {
    return tokens == null;
  }

  /// Checks the host, which holds for the page itself too.
  ///
  /// @throws Problem when it is not one of ours
  void checkHost(HttpExchange exchange) {
    var host = header(exchange, "Host").toLowerCase(Locale.ROOT);
    if (hosts.contains(host)) return;
    throw Problem.of(
        421,
        "foreign-host",
        "This is not the server of that name",
        "the request is for host '" + host + "'",
        "use the address that the console printed, or start it with --public-url");
  }

  /// Checks that a change comes from our own page, if it comes from a page.
  ///
  /// @throws Problem when it comes from another
  void checkOrigin(HttpExchange exchange) {
    var origin = header(exchange, "Origin");
    var site = header(exchange, "Sec-Fetch-Site");
    var isOurs = origin.isEmpty() || isOurs(origin);
    if (isOurs && (site.isEmpty() || site.equals("same-origin") || site.equals("none"))) return;
    throw Problem.of(
        403,
        "foreign-origin",
        "The request comes from another page",
        "its origin is '" + (origin.isEmpty() ? site : origin) + "'",
        "use the console's own page, or a token without a browser");
  }

  private boolean isOurs(String origin) {
    try {
      var url = new URI(origin);
      return url.getHost() != null && hosts.contains(authorityWithPort(url));
    } catch (URISyntaxException nobodys) {
      return false;
    }
  }

  private String authorityWithPort(URI url) {
    var plain = authority(url);
    return hosts.contains(plain) || url.getPort() >= 0
        ? plain
        : plain + ("https".equals(url.getScheme()) ? ":443" : ":80");
  }

  /// Who asks, when they may.
  ///
  /// @throws Problem 401 when nobody is known, 403 when they may not, 429 after wrong tokens
  Principal admit(HttpExchange exchange, Role needed, boolean changes) {
    var principal = identify(exchange, changes);
    if (principal.role().includes(needed)) return principal;
    throw Problem.role(
        principal,
        needed,
        "ask somebody with the role " + needed.text() + ", or sign in with such a token");
  }

  private Principal identify(HttpExchange exchange, boolean changes) {
    var where = where(exchange);
    var authorization = header(exchange, "Authorization");
    if (authorization.toLowerCase(Locale.ROOT).startsWith(BEARER) && tokens != null) {
      return principal(check(authorization.substring(BEARER.length()).strip(), where), where);
    }
    if (tokens == null) {
      if (changes) checkCsrf(exchange, openCsrf);
      return new Principal(System.getProperty("user.name", "local"), Role.ADMIN, where);
    }
    var session = session(exchange).orElseThrow(Guard::nobody);
    var entry = tokens.byHash(session.tokenHash()).orElseThrow(Guard::nobody);
    if (entry.isOver(clock.instant())) throw over(entry);
    if (changes) checkCsrf(exchange, session.csrf());
    return principal(entry, where);
  }

  private static Principal principal(Tokens.Entry entry, String where) {
    return new Principal(entry.name(), entry.role(), where);
  }

  private Tokens.Entry check(String token, String where) {
    if (tokens == null) throw new IllegalStateException("there are no tokens");
    limit.check(where);
    var entry = tokens.find(token);
    if (entry.isEmpty()) {
      limit.failed(where);
      throw Problem.of(
          401,
          "unknown-token",
          "The token is not known",
          "no line of the token file fits the token",
          "check that it was copied whole, or make a new one with `phaseline console token`");
    }
    if (entry.get().isOver(clock.instant())) throw over(entry.get());
    return entry.get();
  }

  private static Problem over(Tokens.Entry entry) {
    return Problem.of(
        401,
        "expired-token",
        "The token has expired",
        "token '" + entry.name() + "' ended at " + entry.expires(),
        "make a new one with `phaseline console token`");
  }

  private static Problem nobody() {
    return Problem.of(
        401,
        "not-signed-in",
        "You are not signed in",
        "the request has no token, and its session is over or unknown",
        "sign in, or send Authorization: Bearer TOKEN");
  }

  private static void checkCsrf(HttpExchange exchange, String wanted) {
    var got = header(exchange, CSRF);
    if (java.security.MessageDigest.isEqual(
        got.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        wanted.getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
      return;
    }
    throw Problem.of(
        403,
        "csrf",
        "The request lacks its proof",
        "the header " + CSRF + (got.isEmpty() ? " is missing" : " is not this session's"),
        "read it from GET /api/v1/session, member csrf, and send it along");
  }

  /// Who is signed in now, and the CSRF token; empty when nobody is.
  Optional<SignedIn> signedIn(HttpExchange exchange) {
    try {
      var principal = identify(exchange, false);
      var csrf = session(exchange).map(Sessions.Session::csrf).orElse("");
      return Optional.of(new SignedIn(principal, tokens == null ? openCsrf : csrf));
    } catch (Problem nobody) {
      if (nobody.status() == 429) throw nobody;
      return Optional.empty();
    }
  }

  /// Somebody who is.
  record SignedIn(Principal principal, String csrf) {}

  /// Begins a session.
  ///
  /// @return the cookie's header
  /// @throws Problem when the token is not good
  String signIn(HttpExchange exchange, String token) {
    if (tokens == null) {
      throw Problem.conflict(
          "open",
          "this console has no token file: whoever reaches it is signed in already",
          "start it with --tokens FILE to have roles");
    }
    var entry = check(token, where(exchange));
    return cookie(sessions.begin(entry.hash()).id(), Sessions.LIFE.toSeconds());
  }

  /// Ends the session, if there is one.
  ///
  /// @return the header that takes the cookie back
  String signOut(HttpExchange exchange) {
    cookieValue(exchange).ifPresent(sessions::end);
    return cookie("", 0);
  }

  private String cookie(String value, long seconds) {
    return COOKIE
        + '='
        + value
        + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
        + seconds
        + (secure ? "; Secure" : "");
  }

  private Optional<Sessions.Session> session(HttpExchange exchange) {
    return cookieValue(exchange).flatMap(sessions::find);
  }

  private static Optional<String> cookieValue(HttpExchange exchange) {
    for (var part : header(exchange, "Cookie").split(";", -1)) {
      var pair = part.strip();
      if (pair.startsWith(COOKIE + '=')) return Optional.of(pair.substring(COOKIE.length() + 1));
    }
    return Optional.empty();
  }

  static String where(HttpExchange exchange) {
    return exchange.getRemoteAddress().getAddress().getHostAddress();
  }

  private static String header(HttpExchange exchange, String name) {
    var value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }
}
