package dev.phaseline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.FailedAttempt;
import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.LastFailure;
import dev.phaseline.core.run.LetterCause;
import dev.phaseline.core.run.Saga;
import dev.phaseline.schemas.ItemHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One record in a phase's topic and what happened to it so far. Owned by the driver.
final class Item {
  final ItemHeaders headers;
  final byte @Nullable [] key;
  final byte[] value;
  final long offset;
  final int version; // 0: not named
  int attempt = 1;
  @Nullable Instant leftSince; // to other processes
  @Nullable Instant firstStart; // of the first attempt that counts
  Instant notBefore;
  boolean holdsKey = true; // whether those behind it wait for it
  final List<String> history = new ArrayList<>(0);
  final List<FailedAttempt> failures = new ArrayList<>(0);
  @Nullable LastFailure lastFailure; // its failure handler is to decide what follows

  Item(
      ItemHeaders headers,
      int version,
      byte @Nullable [] key,
      byte[] value,
      long offset,
      Instant notBefore) {
    this.headers = headers;
    this.version = version;
    this.key = key;
    this.value = value;
    this.offset = offset;
    this.notBefore = notBefore;
  }

  String jobId() {
    return headers.jobId();
  }

  String path() {
    return headers.path();
  }

  /// The time after which no attempt begins; null for none: compensation goes on after it.
  @Nullable Instant deadline() {
    return headers.saga().compensating() == null ? headers.job().deadline() : null;
  }

  Saga saga() {
    var text = headers.saga();
    return new Saga(text.finished(), text.compensating(), text.reroutes());
  }

  Optional<String> keyText() {
    return key == null ? Optional.empty() : Optional.of(new String(key, UTF_8));
  }

  TestContext context(String pipeline, String phase) {
    var forward =
        TestContext.of(pipeline, phase, jobId())
            .withPath(path())
            .withAttempt(attempt)
            .withKey(keyText().orElse(null))
            .withDeadline(headers.job().deadline())
            .withTags(headers.job().tagMap());
    return saga().isCompensating() ? forward.withCompensating() : forward;
  }

  ForwardedItem forwarded(String phase, Object decoded) {
    return new ForwardedItem(phase, jobId(), path(), keyText(), decoded);
  }

  PendingItem pending(String phase) {
    return new PendingItem(phase, jobId(), path(), attempt, notBefore);
  }

  void remember(Failure failure) {
    history.add("attempt " + attempt + ": " + failure.inWords());
    var said = failure.said();
    failures.add(new FailedAttempt(attempt, Optional.ofNullable(said.error()), said.message()));
  }

  DeadLetter dead(String phase, DeadKind kind, String reason) {
    var plain = new LetterCause(kind, reason);
    var cause = headers.saga().compensating() == null ? plain : plain.ofCompensation();
    return new DeadLetter(phase, jobId(), path(), cause.kind(), cause.reason(), attempt, history);
  }

  @Override
  public String toString() {
    return headers.itemId() + '#' + attempt;
  }
}
