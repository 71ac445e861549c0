package dev.phaseline.worker;

import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.schemas.ItemHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one attempt's handler may know.
final class ItemContext implements PhaseContext {
  private static final int NOTE_CHARS_MAX = 200;

  private final Placement placement;
  private final Attempt<?, ?> attempt;
  private final ItemHeaders headers;
  private final byte @Nullable [] key;

  ItemContext(
      Placement placement, Attempt<?, ?> attempt, ItemHeaders headers, byte @Nullable [] key) {
    this.placement = placement;
    this.attempt = attempt;
    this.headers = headers;
    this.key = key;
  }

  @Override
  public String pipeline() {
    return placement.pipeline().name();
  }

  @Override
  public String phase() {
    return placement.phase();
  }

  @Override
  public String jobId() {
    return headers.jobId();
  }

  @Override
  public String path() {
    return headers.path();
  }

  @Override
  public Optional<String> key() {
    return key == null ? Optional.empty() : Optional.of(new String(key, StandardCharsets.UTF_8));
  }

  @Override
  public int attempt() {
    return attempt.number();
  }

  @Override
  public Optional<Instant> deadline() {
    return headers.job().deadlineIfAny();
  }

  @Override
  public Map<String, String> tags() {
    return headers.job().tagMap();
  }

  @Override
  public String idempotencyKey() {
    // the attempt is not part of it: a second attempt must be known as the same work
    var name = pipeline() + '\n' + phase() + '\n' + jobId() + '\n' + path();
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  @Override
  public void heartbeat() {
    attempt.heartbeat(System.nanoTime());
  }

  @Override
  public void progress(double fraction, @Nullable String note) {
    heartbeat();
    var words = note == null ? "" : note; // what is only told must not fail an attempt
    var kept = words.length() <= NOTE_CHARS_MAX ? words : words.substring(0, NOTE_CHARS_MAX);
    var percent = Math.round(Math.clamp(fraction, 0.0, 1.0) * 100);
    logger().log(System.Logger.Level.DEBUG, () -> percent + " %: " + kept);
  }

  @Override
  public boolean abandoned() {
    return attempt.abandoned();
  }

  @Override
  public boolean cancelled() {
    return attempt.cancelled();
  }

  @Override
  public System.Logger logger() {
    return new ItemLogger(
        new ItemLogger.About(pipeline(), phase(), jobId(), headers.itemId(), attempt()));
  }
}
