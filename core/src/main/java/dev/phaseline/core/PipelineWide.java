package dev.phaseline.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Declarations of a pipeline that concern all of its phases. Immutable.
///
/// @param result encodes results; null when there are none
/// @param migrations mappings of items of older versions
/// @param onFailure the failure handler of phases that have none of their own; null for none
record PipelineWide(
    @Nullable Codec<?> result,
    List<Migration> migrations,
    @Nullable FailureHandler<Object> onFailure) {
  PipelineWide {
    migrations = List.copyOf(migrations);
  }

  PipelineWide codeWrappedBy(CodeWrapper wrapper) {
    return new PipelineWide(
        result == null ? null : wrapper.codec(result),
        migrations.stream().map(each -> each.codeWrappedBy(wrapper)).toList(),
        onFailure == null ? null : wrapper.failureHandler(onFailure));
  }
}
