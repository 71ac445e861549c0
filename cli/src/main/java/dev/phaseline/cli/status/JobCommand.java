package dev.phaseline.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterJson;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "job",
    header = "Shows the status of one job and its items, from a console.",
    footer = "  phaseline job order-4711")
public final class JobCommand implements Callable<Integer> {
  @Mixin private ApiOptions api = new ApiOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most N items (default: 50).")
  private int limit = 50;

  @Parameters(index = "0", paramLabel = "ID", description = "The job's id.")
  private String id = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var client = api.client();
    // Proxies take dots out of paths, so such an id goes as a parameter.
    var isDots = id.equals(".") || id.equals("..");
    var path = "jobs/" + (isDots ? "-" : ApiClient.encoded(id));
    var job = client.get(isDots ? path + "?id=" + id : path);
    var items = client.get(path + "/items?limit=" + limit + (isDots ? "&id=" + id : ""));
    var out = spec.commandLine().getOut();
    if (api.json()) {
      out.println(LetterJson.line(new Answer(job, items.path("items"))));
    } else {
      print(out, job);
      for (var item : items.path("items")) print(out, item, item.path("attempts"));
      if (items.has("next")) out.println("  ... more items: raise --limit");
    }
    return ExitStatus.OK;
  }

  /// The console's answers about a job and its items, as they came.
  private record Answer(JsonNode job, JsonNode items) {}

  private static void print(PrintWriter out, JsonNode job) {
    out.println(
        Printable.line(
            String.format(
                Locale.ROOT,
                "%s  %s, pipeline %s, %,d of %,d items ended, %,d dead",
                job.path("id").asText(),
                job.path("state").asText(),
                job.path("pipeline").asText(),
                job.path("itemsEnded").asLong(),
                job.path("items").asLong(),
                job.path("itemsDead").asLong())));
    for (var name : new String[] {"submitted", "ended", "eta", "until", "deadline", "key"}) {
      if (!job.has(name)) continue;
      out.println(Printable.line(String.format("  %-9s %s", name, job.path(name).asText())));
    }
    for (var one : job.path("counts")) {
      out.println(
          Printable.line(
              String.format(
                  Locale.ROOT,
                  "  %-9s %,d %s",
                  one.path("phase").asText(),
                  one.path("items").asLong(),
                  one.path("state").asText())));
    }
  }

  private static void print(PrintWriter out, JsonNode item, JsonNode attempts) {
    out.println(
        Printable.line(
            String.format(
                "  item %-8s %-9s in %s %s",
                item.path("path").asText(),
                item.path("state").asText(),
                item.path("phase").asText("-"),
                item.path("reason").asText())));
    for (var one : attempts) {
      out.println(
          Printable.line(
              "    attempt "
                  + one.path("number").asInt()
                  + "  "
                  + one.path("error").asText()
                  + ": "
                  + one.path("message").asText()));
    }
  }
}
