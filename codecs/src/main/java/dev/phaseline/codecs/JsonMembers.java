package dev.phaseline.codecs;

import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.util.ClassUtil;
import dev.phaseline.core.PayloadForm.Member;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/// Members of the JSON object that Jackson reads a type from. Pure.
final class JsonMembers {
  private static final Set<Class<?>> WHOLE =
      Set.of(Integer.class, Long.class, Short.class, Byte.class, BigInteger.class);

  private JsonMembers() {}

  /// The members in the order of the type's declaration; none when the type is no object of its
  /// own.
  static List<Member> of(DeserializationConfig config, JavaType type) {
    if (!kind(type).equals("object") || type.isMapLikeType()) return List.of();
    var strict = config.isEnabled(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);
    return config.introspect(type).findProperties().stream()
        .filter(BeanPropertyDefinition::couldDeserialize)
        .map(
            one ->
                new Member(
                    one.getName(),
                    kind(one.getPrimaryType()),
                    one.isRequired() || (strict && one.hasConstructorParameter())))
        .toList();
  }

  private static String kind(JavaType type) {
    var raw = type.getRawClass();
    var boxed = raw.isPrimitive() ? ClassUtil.wrapperType(raw) : raw;
    if (boxed == Boolean.class) return "boolean";
    if (WHOLE.contains(boxed)) return "integer";
    if (Number.class.isAssignableFrom(boxed)) return "number";
    if (type.isCollectionLikeType() || type.isArrayType()) return "list";
    return CharSequence.class.isAssignableFrom(boxed)
            || boxed == Character.class
            || boxed.isEnum()
            || boxed.getName().startsWith("java.time.")
            || boxed.getName().startsWith("java.util.UUID")
            || boxed.getName().startsWith("java.net.URI")
        ? "text"
        : "object";
  }
}
