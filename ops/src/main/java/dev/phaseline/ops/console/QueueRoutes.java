package dev.phaseline.ops.console;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.dead.LetterBox;
import dev.phaseline.ops.dead.LetterQuery;
import java.util.List;

/// Route for the queues: how many items, since when, by whom consumed, how many dead. Thread-safe.
final class QueueRoutes {
  private final QueueSource queues;
  private final LetterSource letters;

  QueueRoutes(QueueSource queues, LetterSource letters) {
    this.queues = queues;
    this.letters = letters;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/queues", Role.VIEWER, _ -> all()));
  }

  private Reply all() {
    var all = queues.find().stream().map(seen -> QueueJson.of(seen, dead(seen.name()))).toList();
    return Reply.json(new QueueJson.All(all));
  }

  private long dead(String queue) {
    return letters.groups(LetterBox.ofQueue(queue), LetterQuery.ALL).stream()
        .mapToLong(DeadLetterReader.Group::count)
        .sum();
  }
}
