package dev.phaseline.ops.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One thing that the server answers. Immutable.
///
/// @param method of HTTP
/// @param template its path; `{name}` stands for one part of it
/// @param needs the role that may ask; empty: anybody
/// @param parameters what may stand behind the question mark
/// @param handler answers
record Route(
    String method, String template, Optional<Role> needs, Set<String> parameters, Handler handler) {

  /// Answers a request that was let in.
  @FunctionalInterface
  interface Handler {
    Reply answer(Call call);
  }

  static Route get(String template, Role needs, Handler handler) {
    return new Route("GET", template, Optional.of(needs), Set.of(), handler);
  }

  static Route post(String template, Role needs, Handler handler) {
    return new Route("POST", template, Optional.of(needs), Set.of(), handler);
  }

  /// The same with these parameters.
  Route taking(String... names) {
    return new Route(method, template, needs, Set.of(names), handler);
  }

  /// The same for anybody.
  Route forAll() {
    return new Route(method, template, Optional.empty(), parameters, handler);
  }

  boolean isReading() {
    return method.equals("GET");
  }

  /// The values of the template's names when the path is one of it.
  Optional<Map<String, String>> match(List<String> path) {
    var parts = split(template);
    if (parts.size() != path.size()) return Optional.empty();
    var values = new HashMap<String, String>();
    for (var i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      if (part.startsWith("{")) values.put(part.substring(1, part.length() - 1), path.get(i));
      else if (!part.equals(path.get(i))) return Optional.empty();
    }
    return Optional.of(Map.copyOf(values));
  }

  /// The parts of a path between its slashes.
  static List<String> split(String path) {
    var parts = new ArrayList<String>();
    for (var part : path.substring(1).split("/", -1)) parts.add(part);
    return parts;
  }
}
