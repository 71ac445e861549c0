package dev.phaseline.systemtests.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The files that operators are given, and their tools.
final class OpsFiles {
  static final Path TOP = Path.of("..").toAbsolutePath().normalize();
  static final Path PROMETHEUS = TOP.resolve("ops/prometheus");
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:phaseline|kafka|jvm|process)[a-z0-9_:]*");

  private OpsFiles() {}

  static String text(String file) throws IOException {
    return Files.readString(TOP.resolve(file));
  }

  /// The dashboards.
  static List<Path> dashboards() throws IOException {
    try (var files = Files.list(TOP.resolve("ops/grafana"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /// The panels of a dashboard.
  static JsonNode panels(Path dashboard) throws IOException {
    return JSON.readTree(Files.readString(dashboard)).path("panels");
  }

  /// The names of metrics in a query.
  static Set<String> metrics(String query) {
    var names = new TreeSet<String>();
    METRIC.matcher(query.replaceAll("\"[^\"]*\"", "")).results().forEach(m -> names.add(m.group()));
    return names;
  }

  /// A program on this machine's path.
  static Optional<Path> program(String name) {
    for (var folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      var file = Path.of(folder).resolve(name);
      if (!folder.isEmpty() && Files.isExecutable(file)) return Optional.of(file);
    }
    return Optional.empty();
  }
}
