package dev.phaseline.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The failures of receipts, and what they mean for the rest of a batch.
final class FailedReceipts {
  private FailedReceipts() {}

  /// Whether a failure may be over soon without anything being done about it.
  static boolean mayPass(SubmitFailure failure) {
    return switch (failure) {
      case SubmitFailure.BrokerUnreachable f -> true;
      case SubmitFailure.Overloaded f -> true;
      case SubmitFailure.RegistryDown f -> false;
      case SubmitFailure.NotAuthorized f -> false;
      case SubmitFailure.NoTopic f -> false;
      case SubmitFailure.TransactionFailed f -> false;
      case SubmitFailure.Interrupted f -> false;
      case SubmitFailure.Closed f -> false;
      case SubmitFailure.InvalidRequest f -> false;
      case SubmitFailure.TooBig f -> false;
      case SubmitFailure.EncodingFailed f -> false;
      case SubmitFailure.FateUnknown f -> false;
    };
  }

  /// A failure that the next request would share, if this one has already failed of it.
  static @Nullable SubmitException reasonToStop(CompletableFuture<JobReceipt> receipt) {
    if (!receipt.isCompletedExceptionally()) return null;
    var failed = exceptionOf(receipt);
    return switch (failed.failure()) {
      case SubmitFailure.RegistryDown f -> failed;
      case SubmitFailure.BrokerUnreachable f -> failed;
      case SubmitFailure.Overloaded f -> failed;
      case SubmitFailure.NotAuthorized f -> failed;
      case SubmitFailure.NoTopic f -> failed;
      case SubmitFailure.TransactionFailed f -> failed;
      case SubmitFailure.Interrupted f -> failed;
      case SubmitFailure.Closed f -> failed;
      case SubmitFailure.InvalidRequest f -> null;
      case SubmitFailure.TooBig f -> null;
      case SubmitFailure.EncodingFailed f -> null;
      case SubmitFailure.FateUnknown f -> null;
    };
  }

  static List<SubmitResult> results(List<CompletableFuture<JobReceipt>> receipts) {
    var results = new ArrayList<SubmitResult>(receipts.size());
    for (var receipt : receipts) {
      results.add(
          receipt.isCompletedExceptionally()
              ? new SubmitResult.Refused(exceptionOf(receipt))
              : new SubmitResult.Accepted(receipt.join()));
    }
    return results;
  }

  private static SubmitException exceptionOf(CompletableFuture<JobReceipt> failed) {
    var thrown = failed.exceptionNow();
    if (thrown instanceof CompletionException && thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    if (thrown instanceof SubmitException refused) return refused;
    throw new IllegalStateException("a receipt failed with something else", thrown);
  }
}
