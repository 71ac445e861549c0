package dev.phaseline.worker.item;

import org.jspecify.annotations.Nullable;

/// State that user code can leave on its thread: the context class loader, the name and SLF4J's
/// MDC. Runners serve one item after the other, so each attempt's marks are taken off before the
/// next item comes; the interrupt flag is [HandlerThreads]'s. Plain thread-locals can't be told
/// from those of libraries, and stay: [dev.phaseline.core.PhaseHandler] says so.
///
/// Used by one thread, the one that it was made on.
///
/// @param thread the runner's
/// @param name how it was called
/// @param loader its context class loader
record ThreadMarks(Thread thread, String name, @Nullable ClassLoader loader) {

  /// The marks of this thread, as they are now.
  static ThreadMarks ofThisThread() {
    var thread = Thread.currentThread();
    return new ThreadMarks(thread, thread.getName(), thread.getContextClassLoader());
  }

  /// Makes them as they were, and the MDC empty.
  @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // each attempt: another one is enough
  void putBack() {
    if (thread.getName() != name) thread.setName(name);
    if (thread.getContextClassLoader() != loader) thread.setContextClassLoader(loader);
    LogContext.leave();
  }
}
