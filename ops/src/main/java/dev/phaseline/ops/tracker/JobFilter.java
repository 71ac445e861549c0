package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.JobBook;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Filter of jobs by a query, but for its times, which bound the scan. Immutable.
final class JobFilter {
  private final JobQuery query;
  private final @Nullable String error;

  JobFilter(JobQuery query) {
    this.query = query;
    var words = query.error();
    this.error = words == null ? null : words.toLowerCase(Locale.ROOT);
  }

  /// Whether a stored job matches.
  boolean matches(JobKeys.Listed at, byte[] bytes) {
    return JobBook.mayMatch(bytes, query.states(), query.phase(), query.key())
        && matches(at.read(bytes));
  }

  private boolean matches(JobBook job) {
    if (!query.states().isEmpty() && !query.states().contains(job.state())) return false;
    if (query.phase() != null && !query.phase().equals(job.phase())) return false;
    if (query.key() != null && !query.key().equals(job.key())) return false;
    if (error != null) {
      var said = job.error();
      if (said == null || !said.toLowerCase(Locale.ROOT).contains(error)) return false;
    }
    var tag = query.tag();
    if (tag == null) return true;
    var value = HeaderTexts.tags(job.tags()).get(tag.name());
    return value != null && (tag.value() == null || tag.value().equals(value));
  }
}
