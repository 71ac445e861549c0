package dev.phaseline.examples.feeds;

import dev.phaseline.codecs.JsonCodec;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/// Pipelines of feeds: `feeds` fetches a feed and imports each of its rows; `feeds-archive` is the
/// same for feeds whose rows take long, with few imports at once and a longer timeout.
public final class FeedsPipeline {
  public static final String NAME = "feeds";
  public static final String ARCHIVE = "feeds-archive";
  public static final String FETCH = "fetch";
  public static final String IMPORT = "import";

  private static final int AT_ONCE = 16;
  private static final int ARCHIVES_AT_ONCE = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ARCHIVE_TIMEOUT = Duration.ofMinutes(2);

  private FeedsPipeline() {}

  /// The pipeline `feeds`.
  ///
  /// @param rows where imported rows are noted; empty: nowhere
  public static Pipeline create(Optional<RowFile> rows) {
    return Pipeline.named(NAME)
        .phase(
            FETCH,
            JsonCodec.of(FeedRequest.class),
            (request, _) -> fetch(request),
            options -> options.withTimeout(TIMEOUT))
        .phase(
            IMPORT,
            JsonCodec.of(FeedRow.class),
            (row, context) -> importRow(row, context, rows),
            // rows of a feed are independent of each other
            options ->
                options
                    .withOrdering(Ordering.UNORDERED)
                    .withConcurrency(AT_ONCE)
                    .withTimeout(TIMEOUT))
        .build();
  }

  /// The pipeline `feeds-archive`, which extends it.
  public static PipelineExtension archive() {
    return PipelineExtension.of(ARCHIVE, NAME)
        .options(
            IMPORT,
            options -> options.withConcurrency(ARCHIVES_AT_ONCE).withTimeout(ARCHIVE_TIMEOUT))
        .build();
  }

  private static Outcome<FeedRow> fetch(FeedRequest request) {
    if (request.rows() == 0) return Outcome.done(); // the partner has nothing new
    return Outcome.fanOut(
        IntStream.rangeClosed(1, request.rows())
            .mapToObj(i -> new FeedRow(request.feed(), request.asOf(), i, request.rowMs()))
            .toList());
  }

  private static Outcome<String> importRow(
      FeedRow row, PhaseContext context, Optional<RowFile> rows)
      throws IOException, InterruptedException {
    Thread.sleep(row.ms()); // stands for the work that the row makes
    if (rows.isPresent()) rows.get().add(context.itemId());
    return Outcome.done();
  }
}
