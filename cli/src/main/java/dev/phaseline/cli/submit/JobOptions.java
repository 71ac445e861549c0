package dev.phaseline.cli.submit;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.ItemHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options for everything of a job but its payload.
final class JobOptions {
  @Option(names = "--id", paramLabel = "ID", description = "The job's id (default: a random one).")
  private @Nullable String id;

  @Option(names = "--key", paramLabel = "KEY", description = "The ordering key.")
  private @Nullable String key;

  @Option(
      names = "--after",
      paramLabel = "TIME",
      description = "Start it so long after now, like 90s or 1h30m.")
  private @Nullable String after;

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description = "Start it then and not before: ISO 8601 with a zone.")
  private @Nullable String at;

  @Option(
      names = "--tag",
      paramLabel = "NAME=VALUE",
      description = "A tag to find it by; more than once for several.")
  private List<String> tags = new ArrayList<>();

  /// The job's id; null when none is named.
  @Nullable String id() {
    return id;
  }

  /// Checks all of them.
  ///
  /// @throws CommandFailure naming the option that can't be used
  void check() {
    var _ = request("checked", new byte[0], null);
  }

  /// A request with these options.
  ///
  /// @param ownKey the ordering key of this job; null: that of the option
  /// @throws CommandFailure naming the option that can't be used
  JobRequest<byte[]> request(String jobId, byte[] payload, @Nullable String ownKey) {
    try {
      var request = JobRequest.withId(jobId, payload);
      var ordered = ownKey == null ? key : ownKey;
      if (ordered != null) request = request.withKey(ordered);
      for (var tag : tags().entrySet()) request = request.withTag(tag.getKey(), tag.getValue());
      if (after != null && at != null) {
        throw CommandFailure.usage("--after and --at exclude each other: use one of them");
      }
      if (after != null) request = request.after(DurationText.parse(after));
      return at == null ? request : request.notBefore(Instants.parse("--at", at));
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage(String.valueOf(invalid.getMessage()));
    }
  }

  private Map<String, String> tags() {
    var all = new LinkedHashMap<String, String>();
    for (var tag : tags) {
      var sign = tag.indexOf('=');
      if (sign < 1) {
        throw CommandFailure.usage("--tag '" + tag + "' is no NAME=VALUE, like --tag source=crm");
      }
      if (all.put(tag.substring(0, sign), tag.substring(sign + 1)) != null) {
        throw CommandFailure.usage(
            "--tag names '" + tag.substring(0, sign) + "' twice: a tag has one value");
      }
    }
    return all;
  }

  /// Checks an id.
  ///
  /// @throws CommandFailure when it is none
  static void checkId(String jobId) {
    try {
      ItemHeaders.checkJobId(jobId);
    } catch (IllegalArgumentException invalid) {
      throw CommandFailure.usage(String.valueOf(invalid.getMessage()));
    }
  }
}
