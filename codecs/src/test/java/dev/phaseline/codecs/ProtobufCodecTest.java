package dev.phaseline.codecs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.UninterpretedOption;
import com.google.protobuf.Duration;
import com.google.protobuf.Field;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Syntax;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Type;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import dev.phaseline.core.PayloadException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Messages that come with the library stand for a user's: `Struct` has maps, lists and itself
/// inside, `Type` an enum that takes every number, `FieldDescriptorProto` one that does not.
final class ProtobufCodecTest {
  private static final String TOPIC = "pl.shop.pay";
  private static final UnknownFieldSet SECRET =
      UnknownFieldSet.newBuilder()
          .addField(
              77,
              UnknownFieldSet.Field.newBuilder()
                  .addLengthDelimited(ByteString.copyFromUtf8("secret"))
                  .build())
          .build();
  private static final Timestamp MORE =
      Timestamp.newBuilder().setSeconds(7).setUnknownFields(SECRET).build();

  private final ProtobufCodec<Timestamp> times = ProtobufCodec.of(Timestamp.getDefaultInstance());
  private final ProtobufCodec<Struct> structs = ProtobufCodec.of(Struct.getDefaultInstance());
  private final ProtobufCodec<Type> types = ProtobufCodec.of(Type.getDefaultInstance());

  private static PayloadException refused(ProtobufCodec<?> codec, Message message) {
    return refused(codec, message.toByteArray());
  }

  private static PayloadException refused(ProtobufCodec<?> codec, byte[] payload) {
    return org.junit.jupiter.api.Assertions.assertThrows(
        PayloadException.class, () -> codec.decode(TOPIC, payload));
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  @Test
  void messagesComeBackAsTheyWere() {
    var list = ListValue.newBuilder().addValues(text("a")).addValues(text("ü")).build();
    var struct =
        Struct.newBuilder()
            .putFields("list", Value.newBuilder().setListValue(list).build())
            .putFields("none", Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build())
            .putFields("number", Value.newBuilder().setNumberValue(-1.5).build())
            .build();
    assertThat(structs.decode(TOPIC, structs.encode(TOPIC, struct))).isEqualTo(struct);
    var type = Type.newBuilder().setSyntax(Syntax.SYNTAX_EDITIONS).build();
    assertThat(types.decode(TOPIC, types.encode(TOPIC, type))).isEqualTo(type);
    assertThat(times.encode(TOPIC, MORE)).isEqualTo(MORE.toByteArray());
  }

  @Test
  void equalMessagesHaveEqualBytes() {
    var forth = Struct.newBuilder();
    var back = Struct.newBuilder();
    for (var i = 0; i < 100; i++) forth.putFields("key " + i, text("value"));
    for (var i = 99; i >= 0; i--) back.putFields("key " + i, text("value"));
    assertThat(structs.encode(TOPIC, forth.build())).isEqualTo(structs.encode(TOPIC, back.build()));
  }

  @Test
  void noBytesAreAMessageWithoutAnythingSet() {
    assertThat(times.decode(TOPIC, new byte[0])).isEqualTo(Timestamp.getDefaultInstance());
  }

  @Test
  void malformedBytesAreRefusedWithoutTheirText() {
    assertThat(refused(times, "{\"secret\": 1}".getBytes(UTF_8)))
        .hasMessageStartingWith("payload is no google.protobuf.Timestamp: ")
        .hasMessageNotContaining("secret");
    var whole = structs.encode(TOPIC, Struct.newBuilder().putFields("a", text("b")).build());
    assertThat(refused(structs, java.util.Arrays.copyOf(whole, whole.length - 1))).isNotNull();
    var names = ProtobufCodec.of(StringValue.getDefaultInstance());
    assertThat(refused(names, new byte[] {10, 1, (byte) 0xff})).hasMessageContaining("UTF-8");
  }

  @Test
  void deepNestingIsRefusedAndNoStackOverflow() {
    var deep = text("x");
    for (var i = 0; i < 200; i++) {
      deep = Value.newBuilder().setListValue(ListValue.newBuilder().addValues(deep)).build();
    }
    assertThat(refused(ProtobufCodec.of(Value.getDefaultInstance()), deep))
        .hasMessageContaining("payload is no google.protobuf.Value");
  }

  @Test
  void randomBytesAreReadOrRefusedAndNothingElse() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var refused = 0;
    for (var i = 0; i < 2_000; i++) {
      var bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      try {
        var read = structs.decode(TOPIC, bytes);
        assertThat(structs.decode(TOPIC, structs.encode(TOPIC, read))).isEqualTo(read);
      } catch (PayloadException expected) {
        refused++;
      } catch (RuntimeException | Error other) {
        throw new AssertionError("seed " + seed + ", round " + i, other);
      }
    }
    assertThat(refused).as("seed " + seed).isGreaterThan(1_000);
  }

  @Test
  void unknownFieldsAreRefusedAtAnyDepth() {
    assertThat(refused(times, MORE))
        .hasMessage("payload is no google.protobuf.Timestamp: field number 77 is unknown");
    var inner = Value.newBuilder().setStringValue("a").setUnknownFields(SECRET).build();
    var list = ListValue.newBuilder().addValues(text("b")).addValues(inner).build();
    assertThat(refused(ProtobufCodec.of(ListValue.getDefaultInstance()), list))
        .hasMessageEndingWith("field number 77 is unknown at $.values[1]");
    var struct =
        Struct.newBuilder().putFields("k", Value.newBuilder().setListValue(list).build()).build();
    assertThat(refused(structs, struct))
        .hasMessageEndingWith("at $.fields[0].value.list_value.values[1]")
        .hasMessageNotContaining("secret");
  }

  @Test
  void anotherTypesMessageIsRefused() {
    var field = Field.newBuilder().setName("secret").setNumber(3).build();
    assertThat(refused(times, field)).hasMessageNotContaining("secret");
    // two types with the same fields can't be told apart: Protobuf has no names in its bytes
    var duration = Duration.newBuilder().setSeconds(3).build();
    assertThat(times.decode(TOPIC, duration.toByteArray()).getSeconds()).isEqualTo(3);
  }

  @Test
  void unknownConstantsOfEnumsAreRefused() {
    assertThat(refused(types, Type.newBuilder().setSyntaxValue(99).build()))
        .hasMessage("payload is no google.protobuf.Type: enum number 99 is unknown at $.syntax");
    var closed = ProtobufCodec.of(FieldDescriptorProto.getDefaultInstance());
    var bytes = new byte[] {(FieldDescriptorProto.TYPE_FIELD_NUMBER << 3), 99};
    assertThat(refused(closed, bytes)).hasMessageContaining("field number 5 is unknown");
  }

  @Test
  void requiredFieldsMustBeThere() {
    var parts = ProtobufCodec.of(UninterpretedOption.NamePart.getDefaultInstance());
    assertThat(refused(parts, new byte[0])).hasMessageContaining("name_part");
    var half = UninterpretedOption.NamePart.newBuilder().setNamePart("a").buildPartial();
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> parts.encode(TOPIC, half))
        .withMessage("a google.protobuf.UninterpretedOption.NamePart has no is_extension");
  }

  @Test
  void unknownThingsAreKeptOnRequest() {
    var keeping = times.keepingUnknown();
    assertThat(keeping.decode(TOPIC, MORE.toByteArray())).isEqualTo(MORE);
    assertThat(keeping.encode(TOPIC, MORE)).isEqualTo(MORE.toByteArray());
    assertThat(types.keepingUnknown().decode(TOPIC, new byte[] {48, 99}).getSyntaxValue())
        .isEqualTo(99);
    assertThat(refused(keeping, new byte[] {8})).isNotNull();
  }
}
