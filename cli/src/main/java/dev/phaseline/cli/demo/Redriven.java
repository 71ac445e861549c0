package dev.phaseline.cli.demo;

import dev.phaseline.core.Pipeline;
import dev.phaseline.ops.audit.BooksReport;
import dev.phaseline.ops.audit.PipelineAudit;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The jobs that have items which an operator has sent back. Reads the topics at each question.
final class Redriven {
  private final Map<String, Object> clients;
  private final TopicNames names;
  private final Pipeline pipeline;
  private final Set<String> jobs;
  private final int letters;

  private Redriven(
      Map<String, Object> clients,
      TopicNames names,
      Pipeline pipeline,
      Set<String> jobs,
      int letters) {
    this.clients = clients;
    this.names = names;
    this.pipeline = pipeline;
    this.jobs = jobs;
    this.letters = letters;
  }

  static Redriven find(Map<String, Object> clients, TopicNames names, Pipeline pipeline) {
    var box = new LetterBox(clients, names, pipeline.name(), pipeline.phaseNames());
    var jobs = new HashSet<String>();
    var query = LetterQuery.parse("state=redriven", Instant.EPOCH);
    var found = box.find(query, Integer.MAX_VALUE).newest();
    for (var entry : found) jobs.add(entry.letter().job());
    return new Redriven(clients, names, pipeline, jobs, found.size());
  }

  /// Number of items of these jobs that have not ended.
  long waiting() {
    if (jobs.isEmpty()) return 0;
    return audit().waitingPerPhase().values().stream().mapToLong(Long::longValue).sum();
  }

  /// The state of these jobs, in words.
  String ends() {
    var books = audit();
    return String.format(
        Locale.ROOT,
        "%,d dead letters were redriven so far; of the items of their jobs %,d are done, %,d dead",
        letters,
        books.done(),
        books.dead());
  }

  private BooksReport audit() {
    return PipelineAudit.audit(
        clients, names, pipeline.name(), pipeline.phaseNames(), id -> jobs.contains(id));
  }
}
