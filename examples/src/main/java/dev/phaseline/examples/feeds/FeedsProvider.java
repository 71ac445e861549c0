package dev.phaseline.examples.feeds;

import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineExtension;
import dev.phaseline.core.PipelineProvider;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Brings the pipelines `feeds` and `feeds-archive` to a server.
///
/// | setting | default | |
/// |---|---|---|
/// | `feeds.rows` | | a file that gets a line for each imported row; without it, none is written |
public final class FeedsProvider implements PipelineProvider {
  /// The setting that names the file of imported rows.
  public static final String ROWS = "feeds.rows";

  /// For `ServiceLoader`.
  public FeedsProvider() {}

  @Override
  public List<Pipeline> pipelines(Map<String, String> settings) {
    var file = settings.get(ROWS);
    if (file != null && file.isBlank()) {
      throw new IllegalArgumentException("setting " + ROWS + " is blank");
    }
    var rows = Optional.ofNullable(file).map(Path::of);
    return List.of(
        FeedsPipeline.create(rows.map(path -> new RowFile(path, InstantSource.system()))));
  }

  @Override
  public List<PipelineExtension> extensions(Map<String, String> settings) {
    return List.of(FeedsPipeline.archive());
  }
}
