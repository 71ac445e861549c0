package dev.phaseline.cli.types;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.PipelineProvider;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The files of a new project with one pipeline. Immutable.
///
/// @param name the pipeline's, and the project's
/// @param javaPackage of its classes
/// @param version of Phaseline
record ProjectFiles(String name, String javaPackage, String version) {
  private static final String TEMPLATES = "/dev/phaseline/cli/types/project/";

  /// The first part of the classes' names: `MyOrders` for `my-orders`, `My` for `my-pipeline`.
  String className() {
    var camel = new StringBuilder();
    for (var part : name.split("[-_]", -1)) {
      if (!part.isEmpty())
        camel.append(Character.toUpperCase(part.charAt(0))).append(part, 1, part.length());
    }
    var named = camel.toString().replaceFirst("Pipeline$", "");
    return named.isEmpty() ? "First" : named; // not the name of an imported class
  }

  /// The texts, by the path of their file.
  Map<String, String> texts() throws IOException {
    var folder = "java/" + javaPackage.replace('.', '/') + '/' + className();
    var main = "src/main/" + folder;
    var texts = new LinkedHashMap<String, String>();
    texts.put("pom.xml", filled("pom.xml"));
    texts.put(main + "Pipeline.java", filled("pipeline"));
    texts.put(main + "Provider.java", filled("provider"));
    texts.put(main.replaceFirst("[^/]*$", "CheckLine.java"), filled("handler"));
    texts.put(
        "src/main/resources/META-INF/services/" + PipelineProvider.class.getName(),
        javaPackage + '.' + className() + "Provider\n");
    texts.put("src/test/" + folder + "PipelineTest.java", filled("test"));
    texts.put("server.yaml", filled("server.yaml"));
    texts.put("README.md", filled("README.md"));
    texts.put(".gitignore", filled("gitignore"));
    return texts;
  }

  private String filled(String template) throws IOException {
    try (var in = ProjectFiles.class.getResourceAsStream(TEMPLATES + template + ".txt")) {
      if (in == null) throw new IllegalStateException("the jar holds no template " + template);
      return new String(in.readAllBytes(), UTF_8)
          .replace("@package@", javaPackage)
          .replace("@name@", name)
          .replace("@class@", className())
          .replace("@version@", version)
          .replace("@api@", Integer.toString(PipelineProvider.API));
    }
  }

  /// Writes them into a new folder, which is there whole or not at all.
  void write(Path folder) throws IOException {
    var target = folder.toAbsolutePath().normalize();
    var parent = target.getParent();
    if (parent == null) throw new IOException("no folder can be made there");
    Files.createDirectories(parent);
    var draft = Files.createTempDirectory(parent, ".phaseline-new");
    try {
      for (var text : texts().entrySet()) {
        var file = draft.resolve(text.getKey());
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.getValue());
      }
      open(draft);
      try {
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException plain) {
        Files.move(draft, target);
      }
    } finally {
      delete(draft);
    }
  }

  /// A temporary folder is its owner's alone; a project's is as the user's other folders.
  private static void open(Path folder) throws IOException {
    var like = Files.createDirectory(folder.resolve("like"));
    try {
      if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(folder, Files.getPosixFilePermissions(like));
      }
    } finally {
      Files.delete(like);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
