package dev.phaseline.core;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Wraps the code of a pipeline's author piece by piece: handlers, codecs, key functions, failure
/// handlers, compensations, migrations. For programs that run pipelines and have to prepare the
/// thread of each call, as a server does that gives each plug-in its own context class loader.
/// Applications use [HandlerInterceptor].
///
/// Wrapped code is called by many threads at once. The wrapper itself is called while pipelines are
/// made, on one thread.
public interface CodeWrapper {
  /// A handler that calls this one.
  <I, O> PhaseHandler<I, O> handler(PhaseHandler<I, O> handler);

  /// A failure handler that calls this one.
  <I> FailureHandler<I> failureHandler(FailureHandler<I> handler);

  /// A codec that calls this one.
  <T> Codec<T> codec(Codec<T> codec);

  /// A key function that calls this one.
  <I> Function<I, @Nullable String> key(Function<? super I, @Nullable String> key);

  /// A change of payloads that calls this one.
  <I, O> Function<I, O> migration(Function<? super I, ? extends O> change);
}
