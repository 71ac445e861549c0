package dev.phaseline.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.server.ServerConfig.DeclaredTypes;
import dev.phaseline.server.ServerConfig.PhaseSettings;
import dev.phaseline.server.ServerConfig.Scheduler;
import dev.phaseline.server.ServerConfig.Sharing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The server file, in YAML. A key that is not known is an error: a setting with a slip in its name
/// that is passed over in silence is a setting that was not made. Stateless.
public final class ServerFile {
  private static final List<String> KEYS =
      List.of(
          "server",
          "namespace",
          "kafka",
          "settings",
          "phases",
          "capacity",
          "memory",
          "plugins",
          "types",
          "timers",
          "scheduler",
          "listen");
  private static final List<String> PHASE_KEYS =
      List.of("concurrency", "timeout", "lanes", "weight", "standby");

  /// Far above any that was written by hand.
  private static final int BYTES_MAX = 1 << 20;

  private final Path file;
  private final FileKeys keys;

  private ServerFile(Path file, FileKeys keys) {
    this.file = file;
    this.keys = keys;
  }

  /// The configuration of a server without a file.
  public static ServerConfig none() {
    return new ServerConfig(
        hostName(),
        TopicNames.DEFAULT,
        Map.of(),
        Map.of(),
        new LinkedHashMap<>(),
        Sharing.NONE,
        Optional.empty(),
        DeclaredTypes.NONE,
        Scheduler.NONE,
        Optional.empty());
  }

  /// Reads a file.
  ///
  /// @throws ServerConfigException naming the key and what it should be
  public static ServerConfig read(Path file) {
    var text = InputFile.text(file, "server file", BYTES_MAX);
    if (text.startsWith("\ufeff")) text = text.substring(1);
    try {
      var root = YamlText.parse(text);
      if (root == null || root.isNull()) return none();
      return new ServerFile(file, new FileKeys(file, KeyLines.of(text))).config(root);
    } catch (JsonProcessingException malformed) {
      var at = malformed.getLocation();
      throw new ServerConfigException(
          file
              + (at == null ? "" : ", line " + at.getLineNr())
              + ": is not valid YAML: "
              + malformed.getOriginalMessage());
    } catch (YamlText.UnsupportedException unsupported) {
      throw new ServerConfigException(
          file + ", line " + unsupported.line() + ": " + unsupported.getMessage());
    } catch (IOException unreadable) {
      throw new ServerConfigException(
          "can't read server file " + file + ": " + InputFile.why(unreadable));
    }
  }

  private ServerConfig config(JsonNode root) {
    keys.known("", root, KEYS);
    var names =
        Environment.names(
            file + keys.lines().at("namespace") + ": namespace",
            keys.text(root, "namespace", TopicNames.DEFAULT.namespace()));
    var kafka = new LinkedHashMap<String, Object>(keys.texts(root, "kafka"));
    var plugins = keys.text(root, "plugins", "");
    return new ServerConfig(
        keys.text(root, "server", hostName()),
        names,
        kafka,
        keys.texts(root, "settings"),
        phases(root.path("phases")),
        new Sharing(keys.number("", root, "capacity"), keys.bytes(root, "memory")),
        plugins.isBlank() ? Optional.empty() : Optional.of(beside(plugins)),
        new DeclaredTypes(
            String.valueOf(file.getFileName()), new TypesSection(keys).read(root.path("types"))),
        scheduler(root),
        listen(keys.text(root, "listen", "")));
  }

  /// Implies `timers` for a server that runs the scheduler: it fires them in this namespace.
  private Scheduler scheduler(JsonNode root) {
    var here = keys.truth(root, "scheduler");
    if (here && root.hasNonNull("timers") && !keys.truth(root, "timers")) {
      throw keys.wrong("timers", "is false, but scheduler is true: leave timers out");
    }
    if (here) return Scheduler.HERE;
    return keys.truth(root, "timers") ? Scheduler.ELSEWHERE : Scheduler.NONE;
  }

  private Optional<ListenAddress> listen(String text) {
    if (text.isBlank()) return Optional.empty();
    return Optional.of(Environment.listen(file + keys.lines().at("listen") + ": listen", text));
  }

  /// A relative path is relative to the file that holds it, wherever the server is started.
  private Path beside(String path) {
    return file.toAbsolutePath().resolveSibling(path).normalize();
  }

  private SequencedMap<String, PhaseSettings> phases(JsonNode node) {
    var phases = new LinkedHashMap<String, PhaseSettings>();
    if (node.isMissingNode() || node.isNull()) return phases;
    if (!node.isObject())
      throw keys.wrong("phases", "must be names like cities.store, each with a ':'");
    for (var entry : node.properties()) {
      var key = "phases." + entry.getKey();
      var settings = entry.getValue();
      if (!settings.isNull()) keys.known(key, settings, PHASE_KEYS);
      phases.put(
          entry.getKey(),
          new PhaseSettings(
              keys.concurrency(key, settings),
              keys.duration(key, settings, "timeout"),
              keys.number(key, settings, "lanes"),
              keys.number(key, settings, "weight"),
              settings.has("standby")
                  ? Optional.of(keys.truth(key, settings, "standby"))
                  : Optional.empty()));
    }
    return phases;
  }

  /// The host's name: in a container or a stateful set it is stable, or at least nobody else's.
  private static String hostName() {
    try {
      var name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "-");
      return name.isEmpty() || name.startsWith("-") || name.startsWith("_")
          ? "worker"
          : name.substring(0, Math.min(64, name.length()));
    } catch (UnknownHostException nameless) {
      return "worker";
    }
  }
}
