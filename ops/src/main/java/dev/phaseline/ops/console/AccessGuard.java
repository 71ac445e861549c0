package dev.phaseline.ops.console;

import dev.phaseline.http.HostNames;
import dev.phaseline.http.HttpCall;
import dev.phaseline.http.TrustedProxies;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Access check of the console. Each request must pass these checks, in this order:
/// 1. its `Host` is one of ours, so that no foreign name can be bound to this address;
/// 2. when it changes something and comes from a browser, it comes from our own page (`Origin`,
///    `Sec-Fetch-Site`);
/// 3. a token that is good (`Authorization: Bearer`), or the cookie of a session and, when it
///    changes something, that session's CSRF token in the header `X-Phaseline-Csrf`;
/// 4. a role that may do it.
///
/// Without a token file, everybody is an admin, but 1, 2 and the CSRF token still hold: other pages
/// in the same browser are not "everybody". Thread-safe.
final class AccessGuard {
  static final String CSRF = "X-Phaseline-Csrf";
  private static final String BEARER = "bearer ";

  private final @Nullable Tokens tokens;
  private final HostNames hosts;
  private final TrustedProxies proxies;
  private final InstantSource clock;
  private final Sessions sessions;
  private final LoginLimit limit;
  private final String openCsrf = Tokens.random();
  private final String cookieName;
  private final String cookieAttributes;

  /// @param port the one that is listened on, which is known late
  AccessGuard(ConsoleConfig config, int port, InstantSource clock) {
    this.tokens = config.tokens().map(Tokens::read).orElse(null);
    this.hosts = hosts(config, port);
    this.clock = clock;
    this.sessions = new Sessions(clock);
    this.limit = new LoginLimit(clock);
    this.proxies = config.proxies();
    this.cookieName = config.cookieName(port);
    this.cookieAttributes = config.cookieAttributes();
  }

  private static HostNames hosts(ConsoleConfig config, int port) {
    var hosts = HostNames.loopback(port);
    var address = config.address();
    if (!address.getAddress().isAnyLocalAddress()) {
      hosts = hosts.with(address.getAddress(), port).with(address.getHostString(), port);
    }
    return config.publicUrl().map(hosts::with).orElse(hosts);
  }

  /// Whether everybody who reaches the address is an admin.
  boolean isOpen() {
    return tokens == null;
  }

  /// Checks the host, which holds for the page itself too.
  ///
  /// @throws Problem when it is not one of ours
  void checkHost(HttpCall http) {
    var host = http.header("Host");
    if (hosts.include(host)) return;
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
  void checkOrigin(HttpCall http) {
    var origin = http.header("Origin");
    var site = http.header("Sec-Fetch-Site");
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
      return hosts.include(new URI(origin));
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  /// Principal of a permitted request.
  ///
  /// @throws Problem 401 when nobody is known, 403 when they may not, 429 after wrong tokens
  Principal admit(HttpCall http, Role needed, boolean changes) {
    var principal = identify(http, changes);
    if (principal.role().includes(needed)) return principal;
    throw Problem.role(
        principal,
        needed,
        "ask a user with the role " + needed.text() + ", or sign in with such a token");
  }

  private Principal identify(HttpCall http, boolean changes) {
    var where = where(http);
    var bearer = bearer(http);
    if (bearer.isPresent() && tokens != null) return principal(check(bearer.get(), where), where);
    if (tokens == null) {
      if (changes) checkCsrf(http, openCsrf);
      return new Principal(System.getProperty("user.name", "local"), Role.ADMIN, where);
    }
    var session = session(http).orElseThrow(AccessGuard::nobody);
    var entry = tokens.byHash(session.tokenHash()).orElseThrow(AccessGuard::nobody);
    if (entry.isOver(clock.instant())) throw over(entry);
    if (changes) checkCsrf(http, session.csrf());
    return principal(entry, where);
  }

  private static Optional<String> bearer(HttpCall http) {
    var authorization = http.header("Authorization");
    if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) return Optional.empty();
    return Optional.of(authorization.substring(BEARER.length()).strip());
  }

  /// The right of a client that was let in to go on listening.
  Admission admission(HttpCall http) {
    if (tokens == null) return new Admission("", () -> true);
    var bearer = bearer(http);
    if (bearer.isPresent()) {
      var hash = Tokens.hash(bearer.get());
      return new Admission(hash, () -> isGood(hash));
    }
    var session = session(http).orElseThrow(AccessGuard::nobody);
    var holds =
        (BooleanSupplier)
            () -> sessions.find(session.id()).isPresent() && isGood(session.tokenHash());
    return new Admission(session.tokenHash(), holds);
  }

  /// Whether the token is still in the file. A file that can't be read admits nobody.
  private boolean isGood(String tokenHash) {
    try {
      return tokens != null
          && tokens.byHash(tokenHash).filter(entry -> !entry.isOver(clock.instant())).isPresent();
    } catch (ConsoleException unreadable) {
      return false;
    }
  }

  private static Principal principal(Tokens.Entry entry, String where) {
    return new Principal(entry.name(), entry.role(), where);
  }

  private Tokens.Entry check(String token, String where) {
    if (tokens == null) throw new IllegalStateException("there are no tokens");
    var entry = tokens.find(token);
    if (entry.isEmpty()) {
      // Only wrong ones wait: behind a proxy all share an address, and a token can't be guessed.
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

  private static void checkCsrf(HttpCall http, String wanted) {
    var got = http.header(CSRF);
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

  /// Current session's user and CSRF token; empty without a session.
  Optional<SignedIn> signedIn(HttpCall http) {
    try {
      var principal = identify(http, false);
      var csrf = session(http).map(Sessions.Session::csrf).orElse("");
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
  String signIn(HttpCall http, String token) {
    if (tokens == null) {
      throw Problem.conflict(
          "open",
          "this console has no token file: every user is signed in already",
          "start it with --tokens FILE to have roles");
    }
    var entry = check(token, where(http));
    return cookie(sessions.begin(entry.hash()).id(), Sessions.LIFE.toSeconds());
  }

  /// Ends the session, if there is one.
  ///
  /// @return the header that takes the cookie back
  String signOut(HttpCall http) {
    cookieValue(http).ifPresent(sessions::end);
    return cookie("", 0);
  }

  private String cookie(String value, long seconds) {
    return cookieName + '=' + value + "; Max-Age=" + seconds + cookieAttributes;
  }

  private Optional<Sessions.Session> session(HttpCall http) {
    return cookieValue(http).flatMap(sessions::find);
  }

  private Optional<String> cookieValue(HttpCall http) {
    for (var part : http.header("Cookie").split(";", -1)) {
      var pair = part.strip();
      if (pair.startsWith(cookieName + '='))
        return Optional.of(pair.substring(cookieName.length() + 1));
    }
    return Optional.empty();
  }

  /// The address that the request comes from, as far as proxies can be believed.
  String where(HttpCall http) {
    return proxies.client(http).getHostAddress();
  }
}
