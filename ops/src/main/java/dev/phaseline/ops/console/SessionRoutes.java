package dev.phaseline.ops.console;

import java.util.LinkedHashMap;
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
    var out = new LinkedHashMap<String, Object>();
    var signedIn = guard.signedIn(call.http());
    out.put("signedIn", signedIn.isPresent());
    out.put("open", guard.isOpen());
    out.put("title", title);
    out.put("version", version);
    signedIn.ifPresent(
        somebody -> {
          out.put("name", somebody.principal().name());
          out.put("role", somebody.principal().role().text());
          out.put("csrf", somebody.csrf());
        });
    return Reply.json(out);
  }

  private Reply signIn(Call call) {
    var token = call.body(Set.of("token"), SIGN_IN_MAX).text("token");
    return new Reply.Empty(Map.of("Set-Cookie", guard.signIn(call.http(), token)));
  }

  private Reply signOut(Call call) {
    return new Reply.Empty(Map.of("Set-Cookie", guard.signOut(call.http())));
  }
}
