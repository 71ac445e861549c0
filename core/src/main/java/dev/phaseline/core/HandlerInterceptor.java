package dev.phaseline.core;

/// Code around the call of every handler of a pipeline, for concerns that phases share: a database
/// transaction, a tenant, security, values of a log context.
///
/// ```java
/// record InTenant() implements HandlerInterceptor {
///   @Override
///   public <O> Outcome<O> around(Invocation<O> call) throws Exception {
///     return ScopedValue.where(TENANT, call.context().tags().get("tenant")).call(call::proceed);
///   }
/// }
///
/// var pipeline = Pipeline.named("orders")....build().interceptedBy(new InTenant());
/// ```
///
/// It runs on the thread of the attempt, between decoding and encoding, so it sees the payload's
/// object and its time counts against the phase's timeout. It is part of its item's attempt: what
/// it throws is the item's failure, as a handler's throw is, and no other item's. It is never
/// called between the begin and the commit of a Kafka transaction. As a handler's thread serves one
/// item after the other, a thread-local that it sets must be taken out in a `finally`.
///
/// Thread-safe: many threads call it at once.
public interface HandlerInterceptor {

  /// Runs the handler, or doesn't.
  ///
  /// @param call the attempt
  /// @param <O> what the phase hands on
  /// @return the handler's outcome, or another one in its place; null is the item's failure
  /// @throws Exception the handler's, or one of its own: it spends an attempt
  <O> Outcome<O> around(Invocation<O> call) throws Exception;

  /// One call of a handler. Of use to the thread that runs it, until the interceptor returns.
  ///
  /// @param <O> what the phase hands on
  interface Invocation<O> {
    /// The decoded payload.
    Object payload();

    /// The attempt's context.
    PhaseContext context();

    /// Calls the next interceptor, and the handler after the last one. A second call runs them a
    /// second time, in the same attempt.
    ///
    /// @throws Exception the handler's
    Outcome<O> proceed() throws Exception;
  }
}
