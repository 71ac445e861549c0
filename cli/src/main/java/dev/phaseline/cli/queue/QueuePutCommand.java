package dev.phaseline.cli.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.QueueOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "put",
    header = "Puts items into a queue.",
    description = {
      "",
      "Each TEXT is an item; without any, each line of standard input is one. With --ndjson each"
          + " line is a JSON object: 'data' (text, or JSON that is written as text) or 'base64', and"
          + " if wanted 'id', 'headers' and 'delay'. Prints the items' ids.",
      "",
      "Input is written in batches of 1000. A line that can't be used ends the command; the batches"
          + " before it are written."
    },
    footer = {
      "  phaseline queue put mails 'to: ada@example.org' --delay 10m",
      "  jq -c '{data: .}' orders.json | phaseline queue put orders --ndjson"
    })
final class QueuePutCommand implements Callable<Integer> {
  private static final int BATCH = 1_000;

  @Mixin private QueueSite site = new QueueSite();

  @Parameters(index = "0", paramLabel = "NAME", description = "Which queue.")
  private String name = "";

  @Parameters(index = "1..*", paramLabel = "TEXT", description = "The data of an item.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The id of the item (default: a new one).")
  private @Nullable String id;

  @Option(names = "--header", paramLabel = "NAME=VALUE", description = "Written beside the data.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      converter = Spans.class,
      description = "The items are available after it, such as 10m.")
  private @Nullable Duration delay;

  @Option(names = "--ndjson", description = "Lines of standard input are JSON objects.")
  private boolean ndjson;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (ndjson && !texts.isEmpty()) {
      throw CommandFailure.usage("--ndjson reads standard input: leave the TEXT out");
    }
    if (id != null && texts.size() != 1) {
      throw CommandFailure.usage("--id names one item: give exactly one TEXT");
    }
    var options = QueueSite.saying(this::options);
    return site.with(
        spec,
        name,
        QueueOptions.DEFAULT,
        queue -> {
          if (texts.isEmpty()) pipe(queue, options);
          else write(queue, texts.stream().map(text -> item(text, options)).toList());
          return ExitStatus.OK;
        });
  }

  private ItemOptions options() {
    var options = ItemOptions.DEFAULT;
    if (id != null) options = options.withId(id);
    if (delay != null) options = options.withDelay(delay);
    return headers.isEmpty() ? options : options.withHeaders(headers);
  }

  private static NewItem<byte[]> item(String text, ItemOptions options) {
    return new NewItem<>(text.getBytes(UTF_8), options);
  }

  private void pipe(JobQueue<byte[]> queue, ItemOptions options) throws IOException {
    var batch = new ArrayList<NewItem<byte[]>>();
    var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    String line;
    for (var number = 1L; (line = lines.readLine()) != null; number++) {
      if (ndjson && line.isBlank()) continue;
      batch.add(ndjson ? ItemLines.read(line, number) : item(line, options));
      if (batch.size() < BATCH) continue;
      write(queue, batch);
      batch.clear();
    }
    if (!batch.isEmpty()) write(queue, batch);
  }

  private void write(JobQueue<byte[]> queue, List<NewItem<byte[]>> items) {
    var out = spec.commandLine().getOut();
    for (var one : queue.createItems(items)) {
      out.println(site.json() ? LetterJson.line(Map.of("id", one)) : one);
    }
    out.flush();
  }
}
