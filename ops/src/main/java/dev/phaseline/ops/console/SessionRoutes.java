package dev.phaseline.ops.console;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Signing in and out. Thread-safe.
final class SessionRoutes {
  private static final String PATH = "/api/v1/session";

  /// The one body that is read of a client that is not known yet.
  private static final int SIGN_IN_MAX = 4096;

  private final AccessGuard guard;
  private final String title;
  private final String version;

  SessionRoutes(AccessGuard guard, String title, String version) {
    this.guard = guard;
    this.title = title;
    this.version = version;
  }

  List<Route> routes() {
    return List.of(
        Route.get(PATH, Role.VIEWER, this::show).forAll(),
        Route.post(PATH, Role.VIEWER, this::signIn).forAll(),
        new Route("DELETE", PATH, Optional.of(Role.VIEWER), Set.of(), this::signOut));
  }

  private Reply show(Call call) {
    var signedIn = guard.signedIn(call.http());
    return Reply.json(
        new SessionJson(
            signedIn.isPresent(),
            guard.isOpen(),
            title,
            version,
            signedIn.map(one -> one.principal().name()).orElse(null),
            signedIn.map(one -> one.principal().role().text()).orElse(null),
            signedIn.map(one -> one.csrf()).orElse(null)));
  }

  private Reply signIn(Call call) {
    var token = call.body(Set.of("token"), SIGN_IN_MAX).text("token");
    return new Reply.Empty(Map.of("Set-Cookie", guard.signIn(call.http(), token)));
  }

  private Reply signOut(Call call) {
    return new Reply.Empty(Map.of("Set-Cookie", guard.signOut(call.http())));
  }
}
