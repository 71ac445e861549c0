package dev.phaseline.server;

import dev.phaseline.core.CodeWrapper;
import dev.phaseline.core.Codec;
import dev.phaseline.core.FailureHandler;
import dev.phaseline.core.PayloadForm;
import dev.phaseline.core.PhaseHandler;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls of a plug-in's code with the plug-in's class loader as the context class loader, which
/// drivers, parsers and many other libraries look for their parts with. The thread's own is put
/// back behind each call. Thread-safe.
///
/// @param loader the plug-in's
record PluginCalls(ClassLoader loader) implements CodeWrapper {

  /// The result of a call.
  <T extends @Nullable Object> T within(Supplier<T> code) {
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public <I, O> PhaseHandler<I, O> handler(PhaseHandler<I, O> handler) {
    return (payload, context) -> calling(() -> handler.handle(payload, context));
  }

  @Override
  public <I> FailureHandler<I> failureHandler(FailureHandler<I> handler) {
    return (failure, context) -> calling(() -> handler.onFailure(failure, context));
  }

  private <T> T calling(Callable<T> code) throws Exception {
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.call();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public <T> Codec<T> codec(Codec<T> codec) {
    return new Codec<>() {
      @Override
      public PayloadForm form() {
        return within(codec::form);
      }

      @Override
      public byte[] encode(String topic, T value) {
        return within(() -> codec.encode(topic, value));
      }

      @Override
      public T decode(String topic, byte[] bytes) {
        return within(() -> codec.decode(topic, bytes));
      }
    };
  }

  @Override
  public <I> Function<I, @Nullable String> key(Function<? super I, @Nullable String> key) {
    return payload -> this.<@Nullable String>within(() -> key.apply(payload));
  }

  @Override
  public <I, O> Function<I, O> migration(Function<? super I, ? extends O> change) {
    return payload -> within(() -> change.apply(payload));
  }
}
