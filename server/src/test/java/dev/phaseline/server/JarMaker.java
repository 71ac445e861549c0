package dev.phaseline.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.PipelineProvider;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Makes jars of plug-ins from sources, by the JDK's compiler, against this test's class path and
/// other jars. Used by one thread.
final class JarMaker {
  private final Path work;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Manifest manifest = new Manifest();

  /// @param work a folder for what is compiled
  JarMaker(Path work) {
    this.work = work;
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignored) {
      return text;
    }
  }

  /// Adds the classes of a source file.
  JarMaker with(String className, String source, Path... classPath) throws IOException {
    var out = Files.createTempDirectory(work, "classes");
    var path = new StringBuilder(System.getProperty("java.class.path"));
    for (var jar : classPath) path.append(java.io.File.pathSeparator).append(jar);
    var messages = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> sources = new ArrayList<>();
    sources.add(new Source(className, source));
    var options = List.of("-d", out.toString(), "-cp", path.toString(), "-proc:none");
    if (!compiler.getTask(messages, null, null, options, null, sources).call()) {
      throw new AssertionError(messages.toString());
    }
    try (var files = Files.walk(out)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        entries.put(out.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return this;
  }

  /// Adds any entry.
  JarMaker with(String entry, byte[] bytes) {
    entries.put(entry, bytes);
    return this;
  }

  /// Names providers.
  JarMaker provides(String... classNames) {
    return with(
        "META-INF/services/" + PipelineProvider.class.getName(),
        String.join("\n", classNames).getBytes(UTF_8));
  }

  /// Sets an attribute of the manifest.
  JarMaker manifest(String name, String value) {
    manifest.getMainAttributes().putValue(name, value);
    return this;
  }

  /// Writes the jar.
  Path to(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      for (var entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    }
    return file;
  }

  /// A provider of one pipeline with one phase.
  ///
  /// @param outcome an expression over `value` and `context`
  static String provider(String className, String pipeline, String outcome) {
    var simple = className.substring(className.lastIndexOf('.') + 1);
    return """
        package %s;
        import dev.phaseline.core.*;
        import java.util.*;
        public final class %s implements PipelineProvider {
          @Override public List<Pipeline> pipelines(Map<String, String> settings) {
            return List.of(
                Pipeline.named("%s")
                    .phase("only", Codec.text(), (value, context) -> %s)
                    .result(Codec.text())
                    .build());
          }
        }
        """
        .formatted(className.substring(0, className.lastIndexOf('.')), simple, pipeline, outcome);
  }
}
