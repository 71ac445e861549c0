package dev.phaseline.schemas.avro;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificFixed;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// The classes that a value may be made of: those that Avro's compiler generated, and no other
/// class that a schema happens to name. Thread-safe.
///
/// Avro itself trusts no class outside `java.lang` and asks for a system property for the whole
/// JVM; a generated class can be told by its type, without running any of its code.
final class TrustedClasses extends SpecificData {
  private final boolean none;
  private final ConcurrentMap<String, Optional<Class<?>>> known = new ConcurrentHashMap<>();

  private TrustedClasses(ClassLoader loader, boolean none) {
    super(loader);
    this.none = none;
  }

  /// No class at all: every record is a generic one.
  static TrustedClasses none(boolean conversions) {
    var none = new TrustedClasses(TrustedClasses.class.getClassLoader(), true);
    return Conversions.to(none, conversions);
  }

  /// Generated classes that the loaders of these know, with the conversions that they bring.
  static TrustedClasses around(
      List<? extends Class<? extends SpecificRecord>> roots, boolean conversions) {
    var classes = Conversions.to(new TrustedClasses(loader(roots.getFirst()), false), conversions);
    for (var root : roots) {
      SpecificData.getForClass(root).getConversions().forEach(classes::addLogicalTypeConversion);
      classes.known.put(classes.getSchema(root).getFullName(), Optional.of(root));
    }
    return classes;
  }

  /// Generated classes that this class's loader knows, with its conversions of logical types.
  static TrustedClasses around(Class<? extends SpecificRecord> root) {
    return around(List.of(root), false);
  }

  /// The generated class of a schema's name, as seen from the calling thread.
  static Optional<Class<? extends SpecificRecord>> find(Schema schema) {
    var loader = Thread.currentThread().getContextClassLoader();
    var here = loader == null ? TrustedClasses.class.getClassLoader() : loader;
    return generated(SpecificData.getClassName(schema), here)
        .filter(SpecificRecord.class::isAssignableFrom)
        .map(type -> type.asSubclass(SpecificRecord.class));
  }

  @Override
  @SuppressWarnings("rawtypes") // as it is declared
  public @Nullable Class getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED ->
          none
              ? null
              : known
                  .computeIfAbsent(
                      schema.getFullName(),
                      name -> generated(SpecificData.getClassName(schema), getClassLoader()))
                  .orElse(null);
      default -> super.getClass(schema);
    };
  }

  private static Optional<Class<?>> generated(String name, ClassLoader loader) {
    try {
      var type = Class.forName(name, false, loader);
      return isGenerated(type) ? Optional.of(type) : Optional.empty();
    } catch (ClassNotFoundException | LinkageError unknown) {
      return Optional.empty();
    }
  }

  private static boolean isGenerated(Class<?> type) {
    if (SpecificRecord.class.isAssignableFrom(type)) return true;
    if (SpecificFixed.class.isAssignableFrom(type)) return true;
    if (!type.isEnum()) return false;
    try {
      return type.getField("SCHEMA$").getType() == Schema.class;
    } catch (NoSuchFieldException ofSomebodyElse) {
      return false;
    }
  }

  private static ClassLoader loader(Class<?> type) {
    var loader = type.getClassLoader();
    return loader == null ? ClassLoader.getSystemClassLoader() : loader;
  }
}
