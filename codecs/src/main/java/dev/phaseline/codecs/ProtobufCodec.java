package dev.phaseline.codecs;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.phaseline.core.Codec;
import dev.phaseline.core.PayloadException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Protobuf payloads of one message type, over `protobuf-java`, which is an optional dependency:
/// who uses this class has it already, because generated messages need it. Strict, because bytes of
/// another type can often be read as this one, with everything that matters among unknown fields.
///
/// Refused are malformed bytes, text that is not UTF-8, absent required fields, and, at any depth,
/// fields and numbers of enum constants that the type does not have. Taken are no bytes at all,
/// which are a message whose fields are all unset; what is inside a `google.protobuf.Any` is not
/// looked at.
///
/// The bytes are the message alone: no length before it and no header of a schema registry. For
/// Confluent's format use [SerdeCodec] with its serializers. Equal messages have equal bytes, so a
/// job's id can be made of its content.
///
/// Malformed bytes are a [PayloadException] that names the message type and its field, and no text
/// of the payload. Thread-safe.
///
/// @param <T> the payload's type
@SuppressWarnings("exports") // who has a message type has its module
public final class ProtobufCodec<T extends Message> implements Codec<T> {
  private final T instance;
  private final boolean strict;
  private final Map<Descriptor, List<FieldDescriptor>> nested = new ConcurrentHashMap<>();

  private ProtobufCodec(T instance, boolean strict) {
    this.instance = instance;
    this.strict = strict;
  }

  /// A codec of a message type, strict.
  ///
  /// @param defaultInstance of that type, such as `Order.getDefaultInstance()`
  public static <T extends Message> ProtobufCodec<T> of(T defaultInstance) {
    return new ProtobufCodec<>(defaultInstance, true);
  }

  /// A codec that takes and keeps fields and numbers of enum constants that the type does not have,
  /// while another release of a service adds them. Bytes of another message type may be taken then.
  public ProtobufCodec<T> keepingUnknown() {
    return new ProtobufCodec<>(instance, false);
  }

  @Override
  public byte[] encode(String topic, T value) {
    if (!value.isInitialized()) {
      throw new PayloadException(
          "a " + name() + " has no " + String.join(", ", value.findInitializationErrors()));
    }
    var bytes = new byte[value.getSerializedSize()];
    var output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      value.writeTo(output);
    } catch (IOException impossible) {
      throw new IllegalStateException("writing to an array of bytes failed", impossible);
    }
    return bytes;
  }

  @Override
  public T decode(String topic, byte[] bytes) {
    var message = parsed(bytes);
    var unknown = strict ? unknownIn(message, "") : null;
    if (unknown != null) throw new PayloadException("payload is no " + name() + ": " + unknown);
    return message;
  }

  @SuppressWarnings("unchecked") // a message's parser makes messages of its own class
  private T parsed(byte[] bytes) {
    try {
      return (T) instance.getParserForType().parseFrom(bytes, ExtensionRegistry.getEmptyRegistry());
    } catch (InvalidProtocolBufferException malformed) {
      throw new PayloadException(
          "payload is no " + name() + ": " + malformed.getMessage(), malformed);
    }
  }

  private String name() {
    return instance.getDescriptorForType().getFullName();
  }

  /// The first thing in a message that its type does not have, with its place.
  private @Nullable String unknownIn(Message message, String path) {
    var others = message.getUnknownFields().asMap().keySet();
    if (!others.isEmpty()) {
      return "field number " + others.iterator().next() + " is unknown" + place(path);
    }
    for (var field : nestedOf(message.getDescriptorForType())) {
      var found =
          field.isRepeated()
              ? unknownInAll((Collection<?>) message.getField(field), path + '.' + field.getName())
              : message.hasField(field)
                  ? unknownInValue(message.getField(field), path + '.' + field.getName())
                  : null;
      if (found != null) return found;
    }
    return null;
  }

  private @Nullable String unknownInAll(Collection<?> values, String path) {
    var index = 0;
    for (var value : values) {
      var found = unknownInValue(value, path + '[' + index++ + ']');
      if (found != null) return found;
    }
    return null;
  }

  private @Nullable String unknownInValue(Object value, String path) {
    return switch (value) {
      case Message message -> unknownIn(message, path);
      case EnumValueDescriptor constant when isUnknown(constant) ->
          "enum number " + constant.getNumber() + " is unknown" + place(path);
      default -> null;
    };
  }

  private static boolean isUnknown(EnumValueDescriptor constant) {
    return constant.getType().findValueByNumber(constant.getNumber()) == null;
  }

  private static String place(String path) {
    return path.isEmpty() ? "" : " at $" + path;
  }

  /// The fields of a type that can have something unknown inside.
  private List<FieldDescriptor> nestedOf(Descriptor type) {
    return nested.computeIfAbsent(
        type,
        of ->
            of.getFields().stream()
                .filter(
                    field ->
                        switch (field.getJavaType()) {
                          case MESSAGE, ENUM -> true;
                          case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> false;
                        })
                .toList());
  }
}
