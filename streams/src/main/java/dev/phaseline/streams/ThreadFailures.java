package dev.phaseline.streams;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What becomes of a service when a thread of it dies. The thread has aborted its transaction, so
/// another begins where it began, unless that can't help: then the service ends and says why.
/// Thread-safe.
///
/// @param <E> the service's own exception
public final class ThreadFailures<E extends RuntimeException>
    implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

  private final ServiceName service;
  private final Refusal<E> refusal;
  private final Relapses relapses = new Relapses();
  private final AtomicReference<@Nullable E> failure = new AtomicReference<>();

  /// One for all threads of a service.
  ///
  /// @param service who it is
  /// @param refusal makes its exception
  public ThreadFailures(ServiceName service, Refusal<E> refusal) {
    this.service = service;
    this.refusal = refusal;
  }

  /// Why the service can't go on, if it can't.
  public Optional<E> last() {
    return Optional.ofNullable(failure.get());
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable thrown) {
    if (!Reasons.isFinal(thrown) && relapses.oneMore()) {
      LOG.warn(
          "the {} {} begins again after: {}",
          service.kind(),
          service.name(),
          Reasons.of(thrown),
          thrown);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    var reason = refusal.of(Reasons.of(service, thrown), thrown);
    failure.compareAndSet(null, reason);
    LOG.error(
        "the {} {} can't go on: {}", service.kind(), service.name(), reason.getMessage(), thrown);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }
}
