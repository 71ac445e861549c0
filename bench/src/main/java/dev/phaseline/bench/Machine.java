package dev.phaseline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The machine of the measurement: without it the figures are worth nothing elsewhere.
final class Machine {
  private Machine() {}

  static Map<String, Object> describe() {
    var out = new LinkedHashMap<String, Object>();
    out.put("cpus", Runtime.getRuntime().availableProcessors());
    out.put("cpu", firstValue(Path.of("/proc/cpuinfo"), "model name"));
    out.put("memory", firstValue(Path.of("/proc/meminfo"), "MemTotal"));
    out.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    out.put("java", System.getProperty("java.vendor.version", Runtime.version().toString()));
    return out;
  }

  private static String firstValue(Path file, String name) {
    try {
      for (var line : Files.readAllLines(file)) {
        if (line.startsWith(name)) return line.substring(line.indexOf(':') + 1).strip();
      }
    } catch (IOException absent) {
      return "unknown"; // not Linux
    }
    return "unknown";
  }
}
