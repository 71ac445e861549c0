package dev.phaseline.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

final class ThrownTest {
  /// What one method of an exception does.
  enum Does {
    AS_ANY,
    THROWS,
    THROWS_ERROR,
    THROWS_UNDECLARED,
    OVERFLOWS,
    GIVES_NULL,
    CIRCLES
  }

  /// An exception whose own methods are told what to do.
  @SuppressWarnings("ThrowableEqualsHashCode") // that is the point
  private static final class Odd extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Does message;
    private final Does cause;
    private final Does stack;

    Odd(Does message, Does cause, Does stack) {
      super("as any");
      this.message = message;
      this.cause = cause;
      this.stack = stack;
    }

    @Override
    public String getMessage() {
      return done(message, () -> super.getMessage(), () -> getMessage());
    }

    @Override
    public String getLocalizedMessage() {
      return getMessage();
    }

    @Override
    public String toString() {
      return getMessage();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      throw new IllegalStateException("equals");
    }

    @Override
    public int hashCode() {
      throw new IllegalStateException("hashCode");
    }

    @Override
    public synchronized Throwable getCause() {
      return done(cause, () -> new IOException("disk"), () -> this);
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return done(stack, () -> super.getStackTrace(), () -> new StackTraceElement[] {nothing()});
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // others' code does this
  private static <T> T nothing() {
    return null;
  }

  @SuppressWarnings("unchecked") // how other JVM languages throw what they don't declare
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private static <T> T done(Does what, Callable<T> asAny, Callable<T> circle) {
    try {
      return switch (what) {
        case AS_ANY -> asAny.call();
        case THROWS -> throw new UnsupportedOperationException();
        case THROWS_ERROR -> throw new NoClassDefFoundError("a/Message");
        case THROWS_UNDECLARED -> throw new IOException();
        case OVERFLOWS -> throw new StackOverflowError();
        case GIVES_NULL -> nothing();
        case CIRCLES -> circle.call();
      };
    } catch (Exception thrown) {
      throw sneaky(thrown);
    }
  }

  @Property(tries = 400)
  void everyExceptionHasADescriptionOfBoundedSizeHoweverItsMethodsAreMade(
      @ForAll Does message, @ForAll Does cause, @ForAll Does stack) {
    var odd = new Odd(message, cause, stack);

    var plain = Thrown.of(odd);
    var wrapped = Thrown.of(new CompletionException("wrapped", odd));

    assertThat(wrapped.is(Odd.class)).isTrue();
    for (var thrown : List.of(plain, wrapped)) {
      assertThat(thrown.said().error()).isEqualTo(Odd.class.getName());
      assertThat(thrown.said().message()).hasSizeLessThanOrEqualTo(FailureText.MESSAGE_CHARS_MAX);
      assertThat(thrown.said().stack()).hasSizeLessThanOrEqualTo(FailureText.FRAMES_MAX);
    }
    if (message == Does.AS_ANY) assertThat(plain.said().message()).startsWith("as any");
  }

  @Example
  void aCallIntoOthersCodeGivesAValueOrADescriptionAndOnlyRunningOutOfMemoryGoesOn() {
    var errors =
        List.<Throwable>of(
            new NoClassDefFoundError("acme/Missing"),
            new ExceptionInInitializerError(new IllegalStateException("no settings")),
            new AssertionError("odd"),
            new UnsatisfiedLinkError("lib"),
            new StackOverflowError(),
            new InternalError("unsafe"),
            new IOException("undeclared"),
            new InterruptedException());
    var words = new ArrayList<String>();
    for (var error : errors) {
      var answer =
          UserCode.<String>call(
              () -> {
                throw sneaky(error);
              });
      if (answer instanceof UserCode.Answer.Threw<String>(var thrown)) words.add(thrown.inWords());
    }
    assertThat(words).hasSameSizeAs(errors).first().asString().contains("acme/Missing");
    assertThat(UserCode.call(() -> "fine")).isEqualTo(new UserCode.Answer.Gave<>("fine"));
    assertThatThrownBy(
            () ->
                UserCode.call(
                    () -> {
                      throw new OutOfMemoryError("heap");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Example
  void aCutNeverLeavesHalfACharacterBehind() {
    for (var before = FailureText.MESSAGE_CHARS_MAX - 8;
        before < FailureText.MESSAGE_CHARS_MAX;
        before++) {
      var text = "x".repeat(before) + "\uD83D\uDE00".repeat(10);
      var said = FailureText.of(new IllegalStateException(text)).message();
      assertThat(new String(said.getBytes(UTF_8), UTF_8)).isEqualTo(said);
    }
  }

  @Example
  void anOutcomeWithoutAReasonSaysSo() {
    var none = ThrownTest.<String>nothing();
    assertThat(Outcome.retryAfter(Duration.ZERO, none))
        .isEqualTo(new Outcome.RetryAfter<>(Duration.ZERO, Outcome.NO_REASON));
    assertThat(Outcome.suspend(Duration.ofSeconds(1), none))
        .isEqualTo(new Outcome.Suspend<>(Duration.ofSeconds(1), Outcome.NO_REASON));
    assertThat(Outcome.dead(none)).isEqualTo(new Outcome.Dead<>(Outcome.NO_REASON));
    assertThat(new Outcome.Dead<>(none).reason()).isEqualTo(Outcome.NO_REASON);
    assertThat(Outcome.dead(" \n")).isEqualTo(Outcome.dead(none));
    assertThat(new DependencyDownException("x").getMessage()).isEqualTo("x");
  }
}
