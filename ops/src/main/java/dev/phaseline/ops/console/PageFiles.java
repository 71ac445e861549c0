package dev.phaseline.ops.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of the page: these and no others, read once. A path is looked up, never resolved, so
/// there is nothing that could be climbed out of. Immutable.
final class PageFiles {
  /// All of them; a test compares the list with the folder.
  static final List<String> FILES =
      List.of(
          "index.html",
          "favicon.svg",
          "style.css",
          "schedules.js",
          "queues.js",
          "submit.js",
          "main.js",
          "api.js",
          "stream.js",
          "worker.js",
          "dom.js",
          "format.js",
          "chart.js",
          "dialog.js",
          "overview.js",
          "graph.js",
          "shown.js",
          "jobs.js",
          "dead.js",
          "letter.js",
          "workers.js",
          "placement.js",
          "transactions.js",
          "audit.js",
          "signin.js");

  private static final String FOLDER = "page/";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, Reply.Content> files;

  private PageFiles(Map<String, Reply.Content> files) {
    this.files = Map.copyOf(files);
  }

  static PageFiles load() {
    var files = new HashMap<String, Reply.Content>();
    for (var name : FILES) {
      var type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
      files.put('/' + name, new Reply.Content(read(name), type));
    }
    var index = files.get("/index.html");
    if (index != null) files.put("/", index);
    return new PageFiles(files);
  }

  private static byte[] read(String name) {
    try (var in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) throw new IllegalStateException("the page has no " + name);
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException("can't read the page's " + name, broken);
    }
  }

  /// The file at a path.
  Optional<Reply> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /// A weak tag: the same bytes also come compressed.
  static String tag(byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "W/\"" + HexFormat.of().formatHex(digest, 0, 12) + '"';
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
