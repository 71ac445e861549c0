package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Entry of a pipeline and the form of its payloads, as the API answers it: enough to fill in a
/// form, and to encode JSON. Immutable.
///
/// @param pipeline the pipeline's name
/// @param phase the phase in which its jobs begin
/// @param form `text`, `json`, `avro`, `bytes` or `undeclared`
/// @param members the members of the object, of `json` where they are known
/// @param schema the schema in Avro's JSON, of `avro`
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EntryForm(
    String pipeline, String phase, String form, List<Member> members, @Nullable String schema) {
  public EntryForm {
    members = List.copyOf(members);
  }

  /// A member of a JSON object.
  ///
  /// @param type `text`, `integer`, `number`, `boolean`, `list` or `object`
  /// @param required whether an object without it is refused
  public record Member(String name, String type, boolean required) {}

  /// Entries, by the names of their pipelines.
  record All(List<EntryForm> entries) {}
}
