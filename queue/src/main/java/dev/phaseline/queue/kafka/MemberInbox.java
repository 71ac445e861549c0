package dev.phaseline.queue.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;

/// Inbox of a member: commands from any thread for the member's own. It exists before the member's
/// consumer does, because making a consumer takes a while. Thread-safe; [#await], [#end()] and
/// [#beforeStop] are for the member's thread.
final class MemberInbox implements Member {
  private final int size;
  private final LinkedBlockingQueue<MemberCommand> commands = new LinkedBlockingQueue<>();
  private volatile boolean stopped;
  private volatile Runnable waker = () -> {};

  /// @param size how many records the member fetches at most
  MemberInbox(int size) {
    this.size = size;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public CompletableFuture<Boolean> settle(String token, AcknowledgeType type) {
    return put(new MemberCommand.Settle(token, type, new CompletableFuture<>()));
  }

  @Override
  public CompletableFuture<Boolean> extend(String token, Duration lease) {
    return put(new MemberCommand.Extend(token, lease, new CompletableFuture<>()));
  }

  private CompletableFuture<Boolean> put(MemberCommand command) {
    commands.add(command);
    if (stopped) refuse(); // the thread may have looked for the last time
    return command.answer();
  }

  @Override
  public void wake() {
    commands.add(new MemberCommand.Wake(new CompletableFuture<>()));
  }

  @Override
  public void stop() {
    stopped = true;
    waker.run();
    wake();
  }

  /// Whether the member is to end, or has.
  boolean isStopped() {
    return stopped;
  }

  /// Sets the action that ends a wait of the member's thread for records.
  void beforeStop(Runnable wake) {
    waker = wake;
  }

  /// Waits for a command and takes all that are there.
  void await(long nanos, Collection<MemberCommand> into) {
    try {
      var first = commands.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      if (first != null) into.add(first);
    } catch (InterruptedException interrupted) { // the thread is the member's alone
      throw new IllegalStateException("a member's thread was interrupted", interrupted);
    }
    commands.drainTo(into);
  }

  /// Refuses what is asked from now on, and what was: the claims have ended too.
  void end() {
    stopped = true;
    refuse();
  }

  private void refuse() {
    MemberCommand command;
    while ((command = commands.poll()) != null) command.answer().complete(false);
  }
}
