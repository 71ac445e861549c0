package dev.phaseline.streams;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Restart policy for the threads of a service. A thread that died has aborted its transaction, so
/// another begins where it began, after a pause: without limit while brokers are away, a few times
/// at the same failure otherwise, and not at all where that can't help. Then the service ends, and
/// [#last] has the cause. Thread-safe.
///
/// @param <E> the service's own exception
public final class ThreadFailures<E extends RuntimeException>
    implements StreamsUncaughtExceptionHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

  private final ServiceName service;
  private final ServiceFailureFactory<E> refusal;
  private final RepeatedFailures relapses;
  private final RestartBackoff pauses;
  private final Consumer<Duration> rest;
  private final AtomicReference<@Nullable E> failure = new AtomicReference<>();

  /// One for all threads of a service.
  ///
  /// @param service who it is
  /// @param refusal makes its exception
  public ThreadFailures(ServiceName service, ServiceFailureFactory<E> refusal) {
    this(service, refusal, System::nanoTime, null);
  }

  /// @param rest waits so long; null: really
  ThreadFailures(
      ServiceName service,
      ServiceFailureFactory<E> refusal,
      LongSupplier nanoTime,
      @Nullable Consumer<Duration> rest) {
    this.service = service;
    this.refusal = refusal;
    this.relapses = new RepeatedFailures(nanoTime);
    this.pauses = new RestartBackoff(nanoTime);
    this.rest = rest == null ? pauses::await : rest;
  }

  /// The reason why the service can't go on, if it can't.
  public Optional<E> last() {
    return Optional.ofNullable(failure.get());
  }

  /// Runs on the thread that dies, and keeps it for the pause: its successor starts when this
  /// returns.
  @Override
  public StreamThreadExceptionResponse handle(Throwable thrown) {
    return switch (Recovery.of(thrown)) {
      case UNBOUNDED -> again(thrown);
      case BOUNDED -> relapses.oneMore(thrown) ? again(thrown) : end(thrown);
      case NONE -> end(thrown);
    };
  }

  private StreamThreadExceptionResponse again(Throwable thrown) {
    var pause = pauses.afterFailure();
    LOG.warn(
        "the {} {} begins again in {} ms after: {}",
        service.kind(),
        service.name(),
        pause.toMillis(),
        KafkaReasons.of(thrown),
        thrown);
    rest.accept(pause);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private StreamThreadExceptionResponse end(Throwable thrown) {
    var reason = refusal.of(KafkaReasons.of(service, thrown), thrown);
    failure.compareAndSet(null, reason);
    LOG.error(
        "the {} {} can't go on: {}", service.kind(), service.name(), reason.getMessage(), thrown);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /// Ends pauses: the service is being closed. Idempotent.
  @Override
  public void close() {
    pauses.close();
  }
}
