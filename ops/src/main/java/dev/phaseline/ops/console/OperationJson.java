package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.phaseline.ops.dead.LetterJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Work that goes on behind the answer, as the API answers it.
///
/// @param state `running`, `ended` or `failed`
/// @param report the result; absent before the end
/// @param problem the reason of a failure, as in a refusal; absent without one
@JsonInclude(JsonInclude.Include.NON_NULL)
record OperationJson(
    String id,
    String what,
    String pipeline,
    String by,
    String began,
    String state,
    String step,
    long done,
    long of,
    LetterJson.@Nullable Redriven report,
    @Nullable Map<String, Object> problem) {
  /// All that are remembered, the newest first.
  record All(List<OperationJson> operations) {}
}
