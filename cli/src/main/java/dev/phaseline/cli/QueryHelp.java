package dev.phaseline.cli;

/// What `--help` says about queries, the same for every command that takes one. Constants, because
/// annotations need them.
final class QueryHelp {
  static final String WORDS =
      "A query is made of terms with blanks between them, and all of them must hold:"
          + " FIELD=VALUE is, != is not, ~ has in it, !~ has not (both without regard to case)."
          + " Values with blanks stand in quotes, and the whole in those of the shell:"
          + " 'phase=store error~\"timed out\"'. Ids (0-1234) are alternatives.";
  static final String FIELDS = "%nFields:%n";
  static final String PHASE = "  phase       the phase that gave up";
  static final String KIND =
      "  kind        rejected, failed, timed_out, undecodable, bad_outcome, too_big,%n"
          + "              expired, crashed";
  static final String REASON = "  reason      why, in words: = its first line, ~ all of it";
  static final String ERROR =
      "  error       = an exception's class, with or without its package; ~ also the%n"
          + "              reason and the messages of all attempts";
  static final String KEY = "  key, job, item   the ordering key, the job's id, the item's id";
  static final String TAG = "  tag         NAME, or NAME:VALUE";
  static final String TIME = "  since, until     30m, 2h, 7d ago; 2026-11-01; 2026-11-01T00:00Z";
  static final String STATE =
      "  state       open, queued, redriven, discarded (default: what the command can%n"
          + "              change)";
  static final String GENERATION = "  generation  how often the item had been redriven";

  private QueryHelp() {}
}
