package dev.phaseline.cli.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.queue.DeadCause;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.LeaseLostException;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.QueueOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "claim",
    header = "Claims items, prints them, and does with them what standard input says.",
    description = {
      "",
      "Prints one JSON object a line: id, data (or base64), headers, created, deliveries,"
          + " leaseUntil. Then reads one JSON object a line:",
      "",
      "  {\"delete\": \"ID\"}                    its work is done",
      "  {\"release\": \"ID\", \"delay\": \"10s\"}   available again, after the delay if any",
      "  {\"extend\": \"ID\", \"lease\": \"5m\"}     the lease ends that long from now",
      "  {\"dead\": \"ID\", \"reason\": \"TEXT\"}    a dead letter",
      "",
      "and answers each with an object: 'ok', or 'lost' when the lease has ended.",
      "",
      "The claims end with this process, whatever the lease: the broker gives the items back as"
          + " soon as it is gone. At the end of standard input, all that is left is released. With"
          + " --delete, each item is deleted as soon as it is printed, and nothing is read: an item"
          + " whose line is lost on the way is lost."
    },
    exitCodeList = {
      "0:items were claimed",
      "1:there was no item, or no broker answers",
      "2:an option, the queue's name or a line of input is wrong"
    },
    footer = {
      "  phaseline queue claim mails --max 10 --delete",
      "  phaseline queue claim mails --lease 5m --wait 1m"
    })
final class QueueClaimCommand implements Callable<Integer> {
  @Mixin private QueueSite site = new QueueSite();

  @Parameters(index = "0", paramLabel = "NAME", description = "Which queue.")
  private String name = "";

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "At most N items (default: ${DEFAULT-VALUE}).")
  private int max = 1;

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "Of the items, 100ms to 12h (default: 1m).")
  private Duration lease = Duration.ofMinutes(1);

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "How long to wait for the first item (default: 0s).")
  private Duration wait = Duration.ZERO;

  @Option(names = "--delete", description = "Delete each item once it is printed.")
  private boolean delete;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return site.with(
        spec,
        name,
        QueueOptions.DEFAULT,
        queue -> {
          var items = queue.claim(max, lease, wait);
          var held = new LinkedHashMap<String, QueueItem<byte[]>>();
          var out = spec.commandLine().getOut();
          for (var item : items) {
            out.println(LetterJson.line(ItemLines.of(item)));
            out.flush();
            if (delete) queue.delete(item);
            else held.put(item.id(), item);
          }
          if (!held.isEmpty()) obey(queue, held);
          return items.isEmpty() ? ExitStatus.FAILED : ExitStatus.OK;
        });
  }

  private void obey(JobQueue<byte[]> queue, Map<String, QueueItem<byte[]>> held)
      throws IOException {
    var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    String line;
    for (var number = 1L; (line = lines.readLine()) != null; number++) {
      if (line.isBlank()) continue;
      var answer = obey(queue, held, ItemLines.object(line, number), number);
      spec.commandLine().getOut().println(LetterJson.line(answer));
      spec.commandLine().getOut().flush();
      if (held.isEmpty()) return;
    }
  }

  private static Map<String, Object> obey(
      JobQueue<byte[]> queue, Map<String, QueueItem<byte[]>> held, JsonNode line, long number) {
    var verb =
        line.propertyStream()
            .map(Map.Entry::getKey)
            .filter(key -> !key.equals("delay") && !key.equals("lease") && !key.equals("reason"))
            .findFirst()
            .orElse("");
    var id = line.path(verb).asText();
    var item = held.get(id);
    if (item == null) {
      throw CommandFailure.usage(
          "line " + number + ": no item '" + Printable.line(id) + "' is claimed here");
    }
    var isEnd = !verb.equals("extend");
    try {
      switch (verb) {
        case "delete" -> queue.delete(item);
        case "release" -> queue.release(item, span(line, "delay", "0s"));
        case "extend" -> queue.extend(item, span(line, "lease", "1m"));
        case "dead" -> queue.bury(item, DeadCause.rejected(line.path("reason").asText("rejected")));
        default ->
            throw CommandFailure.usage(
                "line " + number + ": use delete, release, extend or dead, with an item's id");
      }
    } catch (LeaseLostException lost) {
      held.remove(id);
      return answer(id, "lost", verb);
    }
    if (isEnd) held.remove(id);
    return answer(id, "ok", verb);
  }

  private static Duration span(JsonNode line, String name, String absent) {
    return Spans.read(line.path(name).asText(absent));
  }

  private static Map<String, Object> answer(String id, String result, String verb) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("id", id);
    answer.put(result, verb);
    return answer;
  }
}
