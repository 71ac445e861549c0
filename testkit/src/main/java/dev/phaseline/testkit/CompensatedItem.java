package dev.phaseline.testkit;

/// An item that ended because all that it had done was undone. Immutable.
///
/// @param jobId the job
/// @param path the item's place in its job, `/` for the first
/// @param phase the phase that asked for compensation
/// @param reason in words
public record CompensatedItem(String jobId, String path, String phase, String reason) {

  /// @param cause as the header has it: phase, space, reason
  static CompensatedItem of(String jobId, String path, String cause) {
    var end = cause.indexOf(' ');
    return end < 0
        ? new CompensatedItem(jobId, path, cause, "")
        : new CompensatedItem(jobId, path, cause.substring(0, end), cause.substring(end + 1));
  }
}
