package dev.phaseline.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A checker that sees nothing looks like an engine without faults. So every broken engine of
/// [Mutants] must be caught by the simulation within its number of seeds.
@Tag("long")
class MutantsTest {
  private static final String PACKAGE = "dev/phaseline/core/engine";

  @TempDir private Path work;

  @Test
  void everyBrokenEngineIsCaught() throws Exception {
    var sources = sources();
    var rows = new ArrayList<Future<String>>();
    try (var pool =
        Executors.newFixedThreadPool(Math.min(4, Runtime.getRuntime().availableProcessors()))) {
      for (var mutant : Mutants.all()) rows.add(pool.submit(() -> row(mutant, sources)));
    }
    var missed = new ArrayList<String>();
    var table = new StringBuilder("| broken engine | caught by | seeds needed | allowed |\n");
    table.append("|---|---|---|---|\n");
    for (var row : rows) {
      table.append(row.get()).append('\n');
      if (row.get().contains("| nobody |")) missed.add(row.get());
    }
    Files.writeString(Path.of("target", "mutants.md"), table);
    assertThat(missed).as(table.toString()).isEmpty();
  }

  private String row(Mutant mutant, Path sources) throws Exception {
    try (var loader = load(mutant, sources)) {
      var row = hunt(mutant, loader);
      System.out.println(row);
      return row;
    }
  }

  private static Path sources() {
    var here = Path.of("").toAbsolutePath();
    var sources = here.resolveSibling("core").resolve("src/main/java").resolve(PACKAGE);
    assertThat(sources).as("the engine's sources, beside this module").isDirectory();
    return sources;
  }

  /// Plays seed after seed with the broken engine.
  private static String hunt(Mutant mutant, ClassLoader loader)
      throws ReflectiveOperationException {
    var play = play(loader);
    var tampering = mutant.file().isEmpty() ? mutant.replace() : Tampering.NONE.name();
    for (var seed = 0; seed < mutant.seedsMax(); seed++) {
      var verdict = play.invoke(null, (long) seed, tampering);
      var invariant = (String) verdict.getClass().getMethod("invariant").invoke(verdict);
      if (!invariant.isEmpty()) return row(mutant, invariant, String.valueOf(seed + 1));
    }
    return row(mutant, "nobody", "-");
  }

  private static Method play(ClassLoader loader) throws ReflectiveOperationException {
    var method =
        loader
            .loadClass(History.class.getName())
            .getDeclaredMethod("play", long.class, String.class);
    method.setAccessible(true);
    return method;
  }

  private static String row(Mutant mutant, String invariant, String seeds) {
    return String.format(
        Locale.ROOT, "| %s | %s | %s | %,d |", mutant.name(), invariant, seeds, mutant.seedsMax());
  }

  /// The simulation, and an engine compiled from changed sources.
  private URLClassLoader load(Mutant mutant, Path sources) throws IOException {
    var out = Files.createTempDirectory(work, "mutant");
    if (!mutant.file().isEmpty()) compile(mutant, sources, out);
    var simulation = History.class.getProtectionDomain().getCodeSource().getLocation();
    return new ChildFirst(new URL[] {out.toUri().toURL(), simulation});
  }

  private static void compile(Mutant mutant, Path sources, Path out) throws IOException {
    var changed = Files.createDirectories(out.resolve("src").resolve(PACKAGE));
    var files = new ArrayList<String>();
    try (var all = Files.list(sources)) {
      for (var source : all.sorted().toList()) {
        var text = Files.readString(source);
        if (source.getFileName().toString().equals(mutant.file())) text = change(mutant, text);
        files.add(Files.writeString(changed.resolve(source.getFileName()), text).toString());
      }
    }
    var arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", out.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    arguments.addAll(files);
    var compiler = ToolProvider.getSystemJavaCompiler();
    var status = compiler.run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).as("'" + mutant + "' compiles").isZero();
  }

  private static String change(Mutant mutant, String text) {
    var at = text.indexOf(mutant.find());
    assertThat(at).as("'" + mutant + "' finds its place in " + mutant.file()).isNotNegative();
    assertThat(text.indexOf(mutant.find(), at + 1))
        .as("'" + mutant + "' finds it once")
        .isNegative();
    return text.replace(mutant.find(), mutant.replace());
  }

  /// Loads the engine and the simulation anew, everything else as ever.
  private static final class ChildFirst extends URLClassLoader {
    ChildFirst(URL[] places) {
      super(places, MutantsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        var own =
            name.startsWith("dev.phaseline.core.engine.")
                || name.startsWith("dev.phaseline.testkit.sim.");
        if (!own || getResource(name.replace('.', '/') + ".class") == null) {
          return super.loadClass(name, resolve);
        }
        var loaded = findLoadedClass(name);
        if (loaded != null) return loaded;
        try {
          return findClass(name);
        } catch (ClassNotFoundException notChanged) {
          return super.loadClass(name, resolve);
        }
      }
    }
  }
}
