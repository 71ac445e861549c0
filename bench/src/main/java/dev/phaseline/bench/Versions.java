package dev.phaseline.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/// The versions of the contenders. The build writes them from the versions it resolved.
final class Versions {
  private static final String RESOURCE = "/dev/phaseline/bench/versions.properties";

  private Versions() {}

  static Map<String, String> describe() {
    var properties = new Properties();
    try (var in = Versions.class.getResourceAsStream(RESOURCE)) {
      if (in == null) throw new BenchException("the build is incomplete: no " + RESOURCE);
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + RESOURCE, e);
    }
    var out = new LinkedHashMap<String, String>();
    for (var name : new TreeSet<>(properties.stringPropertyNames())) {
      out.put(name, properties.getProperty(name));
    }
    return out;
  }
}
