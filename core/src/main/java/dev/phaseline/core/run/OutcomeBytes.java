package dev.phaseline.core.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.OutcomeCodec;
import dev.phaseline.core.PayloadException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Outcomes of one phase as bytes: a version, a letter for the outcome, and parts (names of phases,
/// payloads), each with its length before it and -1 for null. A payload has the bytes that its
/// record would have. Immutable.
record OutcomeBytes(Payloads payloads) implements OutcomeCodec {
  private static final byte VERSION = 1;
  private static final byte NEXT = 'N';
  private static final byte TO = 'T';
  private static final byte FAN_OUT = 'F';
  private static final byte DONE = 'D';
  private static final int HEAD_BYTES = 2;

  @Override
  public byte[] encode(Outcome<?> outcome) {
    return asItsCallersFailure(() -> encoded(outcome));
  }

  @Override
  public Outcome<?> decode(byte[] bytes) {
    return asItsCallersFailure(() -> decoded(bytes));
  }

  /// A handler calls this, so what is wrong must reach it as what handlers may throw.
  private static <T> T asItsCallersFailure(Supplier<T> work) {
    try {
      return work.get();
    } catch (ItemFault fault) {
      throw new PayloadException(fault.reason(), fault);
    } catch (DependencyAway away) {
      throw new DependencyDownException(away.reason(), away);
    }
  }

  private byte[] encoded(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Next<?>(var value) -> new Parts(NEXT).add(ofNext(value)).bytes();
      case Outcome.To<?>(var phase, var value) ->
          new Parts(TO)
              .add(phase.getBytes(UTF_8))
              .add(of(payloads.routes().named(phase), value))
              .bytes();
      case Outcome.FanOut<?>(var values, var phase) -> ofChildren(values, phase);
      case Outcome.Done<?>(var result) -> new Parts(DONE).add(payloads.ofResult(result)).bytes();
      case Outcome.RetryAfter<?> _,
          Outcome.Dead<?> _,
          Outcome.Suspend<?> _,
          Outcome.Compensate<?> _ ->
          throw new IllegalArgumentException("the outcome completes nothing: " + outcome);
    };
  }

  private byte @Nullable [] ofNext(@Nullable Object value) {
    var next = payloads.routes().next();
    return next == null ? payloads.ofResult(value) : of(next, value);
  }

  private <T> byte[] of(Target<T> to, @Nullable Object value) {
    var typed = Payloads.typed(to, value);
    Payloads.key(to, typed, null); // it must have one, if the phase takes it from there
    return payloads.of(to, typed);
  }

  private byte[] ofChildren(List<? extends Object> values, @Nullable String phase) {
    payloads.checkChildren(values);
    var parts = new Parts(FAN_OUT).add(phase == null ? null : phase.getBytes(UTF_8));
    if (values.isEmpty()) return parts.bytes(); // goes nowhere, so the phase need not exist
    var to = payloads.routes().ofChildren(phase);
    var bytes = 0L;
    for (var value : values) {
      var child = of(to, value);
      bytes += child.length;
      payloads.checkChildren(bytes);
      parts.add(child);
    }
    return parts.bytes();
  }

  /// Bytes of an outcome in the making. Used by one thread.
  private static final class Parts {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Parts(byte kind) {
      out.write(VERSION);
      out.write(kind);
    }

    Parts add(byte @Nullable [] part) {
      var length = ByteBuffer.allocate(Integer.BYTES).putInt(part == null ? -1 : part.length);
      out.writeBytes(length.array());
      if (part != null) out.writeBytes(part);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  private Outcome<?> decoded(byte[] bytes) {
    if (bytes.length < HEAD_BYTES || bytes[0] != VERSION) {
      throw new PayloadException("these are no bytes of an outcome of version " + VERSION);
    }
    var parts = parts(bytes);
    return switch (bytes[1]) {
      case NEXT -> next(parts.getFirst());
      case TO -> {
        var phase = new String(some(parts.getFirst()), UTF_8);
        yield Outcome.to(phase, value(payloads.routes().named(phase), some(parts.get(1))));
      }
      case FAN_OUT -> fanOut(parts);
      case DONE -> new Outcome.Done<>(result(parts.getFirst()));
      default -> throw broken();
    };
  }

  private static List<byte @Nullable []> parts(byte[] bytes) {
    var from = ByteBuffer.wrap(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES);
    var parts = new ArrayList<byte @Nullable []>();
    try {
      while (from.hasRemaining() || parts.isEmpty()) {
        var length = from.getInt();
        if (length < -1 || length > from.remaining()) throw broken();
        parts.add(
            length < 0
                ? null
                : Arrays.copyOfRange(bytes, from.position(), from.position() + length));
        from.position(from.position() + Math.max(length, 0));
      }
    } catch (BufferUnderflowException tooShort) {
      throw broken();
    }
    if (bytes[1] == TO && parts.size() < 2) throw broken();
    return parts;
  }

  private Outcome<?> next(byte @Nullable [] value) {
    var next = payloads.routes().next();
    if (next != null) return Outcome.next(value(next, some(value)));
    return new Outcome.Done<>(result(value)); // behind the last phase, both are the result
  }

  private Outcome<?> fanOut(List<byte @Nullable []> parts) {
    var name = parts.getFirst();
    var phase = name == null ? null : new String(name, UTF_8);
    var values = new ArrayList<Object>();
    if (parts.size() > 1) {
      var to = payloads.routes().ofChildren(phase);
      for (var child : parts.subList(1, parts.size())) values.add(value(to, some(child)));
    }
    return new Outcome.FanOut<>(values, phase);
  }

  private static Object value(Target<?> from, byte[] bytes) {
    return decoded(from, bytes);
  }

  private static <T> T decoded(Target<T> from, byte[] bytes) {
    return Values.decoded(from.phase().input(), from.topic(), bytes);
  }

  private @Nullable Object result(byte @Nullable [] bytes) {
    if (bytes == null) return null;
    return Values.decoded(payloads.routes().resultCodec(), payloads.routes().doneTopic(), bytes);
  }

  private static byte[] some(byte @Nullable [] part) {
    if (part == null) throw broken();
    return part;
  }

  private static PayloadException broken() {
    return new PayloadException("the bytes of the outcome are damaged");
  }
}
