package dev.phaseline.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.server.ServerConfig.Concurrency;
import dev.phaseline.server.ServerConfig.PhaseSettings;
import dev.phaseline.server.ServerConfig.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Pattern;

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
          "plugins",
          "timers",
          "scheduler",
          "listen");
  private static final List<String> PHASE_KEYS = List.of("concurrency", "timeout", "lanes");

  /// Far above any that was written by hand.
  private static final int BYTES_MAX = 1 << 20;

  /// From 1, and an int.
  private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,8}");

  private final Path file;
  private final KeyLines lines;

  private ServerFile(Path file, KeyLines lines) {
    this.file = file;
    this.lines = lines;
  }

  /// The configuration of a server without a file.
  public static ServerConfig none() {
    return new ServerConfig(
        hostName(),
        TopicNames.DEFAULT,
        Map.of(),
        Map.of(),
        new LinkedHashMap<>(),
        Optional.empty(),
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
      return new ServerFile(file, KeyLines.of(text)).config(root);
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
    known("", root, KEYS);
    var names =
        Environment.names(
            file + lines.at("namespace") + ": namespace",
            text(root, "namespace", TopicNames.DEFAULT.namespace()));
    var kafka = new LinkedHashMap<String, Object>(texts(root, "kafka"));
    var plugins = text(root, "plugins", "");
    return new ServerConfig(
        text(root, "server", hostName()),
        names,
        kafka,
        texts(root, "settings"),
        phases(root.path("phases")),
        plugins.isBlank() ? Optional.empty() : Optional.of(beside(plugins)),
        scheduler(root),
        listen(text(root, "listen", "")));
  }

  /// Implies `timers` for a server that runs the scheduler: it fires them in this namespace.
  private Scheduler scheduler(JsonNode root) {
    var here = truth(root, "scheduler");
    if (here && root.hasNonNull("timers") && !truth(root, "timers")) {
      throw wrong("timers", "is false, but scheduler is true: leave timers out");
    }
    if (here) return Scheduler.HERE;
    return truth(root, "timers") ? Scheduler.ELSEWHERE : Scheduler.NONE;
  }

  private Optional<ListenAddress> listen(String text) {
    if (text.isBlank()) return Optional.empty();
    return Optional.of(Environment.listen(file + lines.at("listen") + ": listen", text));
  }

  /// A relative path is relative to the file that holds it, wherever the server is started.
  private Path beside(String path) {
    return file.toAbsolutePath().resolveSibling(path).normalize();
  }

  private SequencedMap<String, PhaseSettings> phases(JsonNode node) {
    var phases = new LinkedHashMap<String, PhaseSettings>();
    if (node.isMissingNode() || node.isNull()) return phases;
    if (!node.isObject()) throw wrong("phases", "must be names like cities.store, each with a ':'");
    for (var entry : node.properties()) {
      var key = "phases." + entry.getKey();
      var settings = entry.getValue();
      if (!settings.isNull()) known(key, settings, PHASE_KEYS);
      phases.put(
          entry.getKey(),
          new PhaseSettings(
              concurrency(key, settings), duration(key, settings), number(key, settings, "lanes")));
    }
    return phases;
  }

  /// A number, `auto`, or `{auto: N}`.
  private Optional<Concurrency> concurrency(String in, JsonNode node) {
    var value = node.path("concurrency");
    if (value.asText().equals("auto")) {
      return Optional.of(new Concurrency(PhaseOptions.AUTO_CONCURRENCY_MAX, true));
    }
    if (value.isObject()) {
      var key = in + ".concurrency";
      known(key, value, List.of("auto"));
      var most = number(key, value, "auto");
      if (most.isEmpty()) throw wrong(key, "is empty: write {auto: 200}, for example");
      return Optional.of(new Concurrency(most.getAsInt(), true));
    }
    if (!value.isMissingNode() && !WHOLE.matcher(value.asText()).matches()) {
      throw wrong(
          in + ".concurrency",
          "must be a whole number from 1, auto or {auto: 200}, not " + shown(value));
    }
    var fixed = number(in, node, "concurrency");
    return fixed.isEmpty()
        ? Optional.empty()
        : Optional.of(new Concurrency(fixed.getAsInt(), false));
  }

  private OptionalInt number(String in, JsonNode node, String key) {
    var value = node.path(key);
    if (value.isMissingNode()) return OptionalInt.empty();
    if (!WHOLE.matcher(value.asText()).matches()) {
      throw wrong(in + "." + key, "must be a whole number from 1, not " + shown(value));
    }
    return OptionalInt.of(Integer.parseInt(value.asText()));
  }

  private static String shown(JsonNode value) {
    return value.isTextual() ? '\'' + value.asText() + '\'' : value.toString();
  }

  private Optional<Duration> duration(String in, JsonNode node) {
    var value = node.path("timeout");
    if (value.isMissingNode()) return Optional.empty();
    var duration = DurationText.parse(value.asText());
    if (duration.isPresent() && duration.get().isPositive()) return duration;
    throw wrong(in + ".timeout", "must be " + DurationText.EXAMPLES + ", not " + shown(value));
  }

  private void known(String in, JsonNode node, List<String> keys) {
    if (!node.isObject()) throw wrong(in.isEmpty() ? "the file" : in, "must be a mapping");
    for (var entry : node.properties()) {
      if (keys.contains(entry.getKey())) continue;
      var key = (in.isEmpty() ? "" : in + ".") + entry.getKey();
      throw new ServerConfigException(
          file
              + lines.at(key)
              + ": unknown key '"
              + key
              + "'; "
              + NearNames.remedy(entry.getKey(), keys));
    }
  }

  private String text(JsonNode node, String key, String otherwise) {
    var value = node.path(key);
    if (value.isMissingNode() || value.isNull()) return otherwise;
    if (!value.isValueNode()) throw wrong(key, "must be a single value");
    return value.asText();
  }

  private boolean truth(JsonNode node, String key) {
    var value = node.path(key);
    if (value.isMissingNode() || value.isNull()) return false;
    return switch (value.asText().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, "must be true or false, not " + shown(value));
    };
  }

  private Map<String, String> texts(JsonNode node, String key) {
    var texts = new LinkedHashMap<String, String>();
    var map = node.path(key);
    if (map.isMissingNode() || map.isNull()) return texts;
    if (!map.isObject()) throw wrong(key, "must be a mapping of names to values");
    for (var entry : map.properties()) {
      if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
        throw wrong(key + "." + entry.getKey(), "must be a single value");
      }
      texts.put(entry.getKey(), entry.getValue().asText());
    }
    return texts;
  }

  private ServerConfigException wrong(String key, String what) {
    return new ServerConfigException(file + lines.at(key) + ": " + key + " " + what);
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
