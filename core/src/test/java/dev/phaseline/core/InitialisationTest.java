package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Constants of records, with each class of the module initialised first. Two classes that need
/// each other's constants leave a null in one of them, in one order only; which one comes first
/// depends on the user's code.
final class InitialisationTest {
  @Test
  void constantsAreWholeWhicheverClassIsInitialisedFirst() throws Exception {
    var folder =
        Path.of(FailureOptions.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var names = classes(folder);
    assertThat(names).contains(FailureOptions.Outage.class.getName());

    var urls = new URL[] {folder.toUri().toURL()};
    var broken = new ArrayList<String>();
    for (var first : names) {
      try (var loader = new URLClassLoader(urls, new WithoutThisModule())) {
        Class.forName(first, true, loader);
        for (var name : names) holes(Class.forName(name, true, loader), first, broken);
      }
    }
    assertThat(broken).isEmpty();
  }

  private static List<String> classes(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString())
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
          .sorted()
          .toList();
    }
  }

  private static void holes(Class<?> type, String first, List<String> broken) throws Exception {
    for (var field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) || !Modifier.isFinal(field.getModifiers())) {
        continue;
      }
      field.setAccessible(true);
      var constant = field.get(null);
      if (constant == null) broken.add(field + " when " + first + " is first");
      if (constant instanceof Record) holes(constant, type, first, broken);
    }
  }

  private static void holes(Object constant, Class<?> in, String first, List<String> broken)
      throws Exception {
    for (var part : constant.getClass().getRecordComponents()) {
      var nullable = part.getAnnotatedType().getAnnotations().length > 0;
      var get = part.getAccessor();
      get.setAccessible(true);
      if (!nullable && get.invoke(constant) == null) {
        broken.add(in.getName() + ": " + part + " is null when " + first + " is first");
      }
    }
  }

  /// The class path without the classes of this module, which the loader below it defines anew.
  private static final class WithoutThisModule extends ClassLoader {
    WithoutThisModule() {
      super(InitialisationTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("dev.phaseline.core")) throw new ClassNotFoundException(name);
      return super.loadClass(name, resolve);
    }
  }
}
