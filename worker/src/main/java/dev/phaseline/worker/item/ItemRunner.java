package dev.phaseline.worker.item;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.LastFailure;
import dev.phaseline.core.run.Decision;
import dev.phaseline.core.run.VersionedProgram;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.MalformedHeaderException;
import dev.phaseline.schemas.RecordSize;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.topic.TopicLimits;
import dev.phaseline.worker.topic.TopicWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Carries one attempt of one item to the phase's program and its decision back: reads the record's
/// headers, sets up span and log context, and makes records of the decision. Every failure is a
/// result, so that nothing can go wrong between begin and commit. Thread-safe.
public final class ItemRunner implements Function<Attempt, AttemptResult> {
  private final Placement placement;
  private final VersionedProgram program;
  private final InstantSource clock;
  private final DeadRecords deadRecords;
  private final ItemRun.Shared shared;
  private final PhaseOptions.Limits limits;
  private final String deadTopic;
  private final TopicWatch watch;
  private final @Nullable LaneSpans spans;
  private final boolean logContext;

  /// Parts of one lane beside the program.
  ///
  /// @param watch limits of topics
  /// @param deadRecords writer of dead letters
  /// @param history reads the failed attempts of an item
  /// @param spans null when there are none
  public record Parts(
      TopicWatch watch,
      DeadRecords deadRecords,
      AttemptHistory history,
      @Nullable LaneSpans spans) {}

  /// A runner for the items of one phase.
  public ItemRunner(
      Placement placement,
      VersionedProgram program,
      WorkerConfig config,
      InstantSource clock,
      Parts parts) {
    var topics = config.topics();
    var pipeline = placement.pipeline();
    this.placement = placement;
    this.spans = parts.spans();
    this.logContext = config.telemetry().logContext();
    this.clock = clock;
    this.deadRecords = parts.deadRecords();
    this.limits = placement.options().limits();
    this.program = program;
    this.watch = parts.watch();
    var keys =
        placement.options().ordering() == Ordering.KEY
            ? watch.keysOf(topics.phase(pipeline.name(), placement.phase()))
            : null; // no order of keys is promised
    var outputs = new OutputRecords(placement, topics, watch, spans);
    this.shared = new ItemRun.Shared(outputs, keys, parts.history(), program);
    this.deadTopic = topics.dead(pipeline.name());
  }

  @Override
  public AttemptResult apply(Attempt attempt) {
    var marks = ThreadMarks.ofThisThread();
    try {
      return resultOf(attempt);
    } finally {
      marks.putBack();
    }
  }

  private AttemptResult resultOf(Attempt attempt) {
    var record = KafkaItem.recordOf(attempt.item());
    if (isHuge(attempt, watch.limits()) && isHuge(attempt, watch.freshLimits())) {
      return huge(attempt);
    }
    var isWatched = spans != null || logContext;
    if (!isWatched && ItemHeaders.areSoundAndWithoutDeadline(record.headers())) {
      return run(attempt, null, null);
    }
    ItemHeaders headers;
    try {
      headers = ItemRun.headersOf(record);
    } catch (MalformedHeaderException malformed) {
      return dead(attempt, DeadKind.UNDECODABLE, String.valueOf(malformed.getMessage()));
    }
    return isWatched ? watched(attempt, headers) : run(attempt, headers, null);
  }

  /// With a span, or with something for the log to say, or with both.
  private AttemptResult watched(Attempt attempt, ItemHeaders headers) {
    var span = spans == null ? null : spans.begin(attempt, headers);
    AttemptResult result = null;
    try {
      if (logContext) LogContext.enter(placement, headers, attempt.number(), span);
      result = run(attempt, headers, span);
      return result;
    } finally {
      if (spans != null && span != null) spans.ended(attempt, span, result);
    }
  }

  /// @param headers null: sound, without a deadline or a saga, and read by those who need them
  private AttemptResult run(
      Attempt attempt, @Nullable ItemHeaders headers, @Nullable AttemptSpan span) {
    var item = new ItemRun(shared, attempt, headers, span);
    var isCompensating = item.saga().isCompensating();
    var deadline = headers == null || isCompensating ? null : headers.job().deadline();
    if (deadline != null) {
      attempt.mustBeginWithin(Duration.between(clock.instant(), deadline), System.nanoTime());
    }
    var last = attempt.lastFailure();
    if (last != null) return resultOf(attempt, program.decide(item, last, item), false);
    var asksFirst = program.decidesFailures(item);
    if (asksFirst) attempt.hasFailureHandler();
    return resultOf(attempt, program.run(item, item), asksFirst);
  }

  /// @param asksFirst whether the failure handler is to be asked before the item is given up
  private AttemptResult resultOf(
      Attempt attempt, Decision<ProducerRecord<byte[], byte[]>> decision, boolean asksFirst) {
    return switch (decision) {
      case Decision.Emit<ProducerRecord<byte[], byte[]>>(var records, var bytes) ->
          new AttemptResult.Settled(new KafkaSettlement(records, bytes, false));
      case Decision.Bury<ProducerRecord<byte[], byte[]>>(var kind, var reason) ->
          asksFirst
              ? new AttemptResult.GaveUp(new LastFailure(kind, reason, false))
              : dead(attempt, kind, reason);
      case Decision.Fail<ProducerRecord<byte[], byte[]>>(var thrown) ->
          new AttemptResult.Threw(thrown);
      case Decision.Retry<ProducerRecord<byte[], byte[]>>(var delay, var reason) ->
          new AttemptResult.RetryAsked(delay, reason);
      case Decision.Suspend<ProducerRecord<byte[], byte[]>>(var delay, var reason) ->
          new AttemptResult.SuspendAsked(delay, reason);
      case Decision.Leave<ProducerRecord<byte[], byte[]>>(var version, var reason) ->
          new AttemptResult.LeftToOthers(version, reason);
    };
  }

  private AttemptResult dead(Attempt attempt, DeadKind kind, String reason) {
    return new AttemptResult.Settled(deadRecords.of(attempt, kind, reason));
  }

  /// A record so large that not every dead letter of it could be written is not even begun. That
  /// the topic of dead letters was made smaller than phases need is not the item's fault: dead
  /// letters that don't fit are kept.
  private boolean isHuge(Attempt attempt, TopicLimits known) {
    if (attempt.item().bytes() <= limits.payloadBytesMax()) return false; // most, without a look
    var needed = (long) limits.payloadBytesMax() + TopicLimits.DEAD_ROOM_BYTES;
    var room = Math.max(known.of(deadTopic), needed); // the start has seen to that
    return attempt.item().bytes() + TopicLimits.DEAD_ROOM_BYTES > room;
  }

  /// One whose plainest dead letter can't be written (it came compressed, or the topic was made
  /// smaller) is kept by the lane, which goes on with the others and says so: dropping it is not
  /// ours to do.
  private AttemptResult huge(Attempt attempt) {
    return dead(
        attempt,
        DeadKind.TOO_BIG,
        "record has "
            + RecordSize.of(KafkaItem.recordOf(attempt.item()))
            + " bytes, a dead letter may have "
            + watch.limits().of(deadTopic));
  }
}
