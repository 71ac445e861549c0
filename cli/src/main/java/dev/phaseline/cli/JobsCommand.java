package dev.phaseline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "jobs",
    header = "Lists jobs, the newest first. Asks a console.",
    description = {
      "",
      "A query is terms with blanks between them, all of which must hold: pipeline= phase= state="
          + " tag= key= error~ since= until="
    },
    footer = {
      "  phaseline jobs",
      "  phaseline jobs pipeline=cities state=dead since=2h",
      "  phaseline jobs --json error~timeout | jq -r '.jobs[].id'"
    })
final class JobsCommand implements Callable<Integer> {
  @Mixin private ApiOptions api = new ApiOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most N (default: 50).")
  private int limit = 50;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on where the last list ended.")
  private String cursor = "";

  @Parameters(paramLabel = "QUERY", description = "Which jobs.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var path = "jobs?limit=" + limit + "&q=" + ApiClient.encoded(String.join(" ", words));
    if (!cursor.isEmpty()) path += "&cursor=" + ApiClient.encoded(cursor);
    var answer = api.client().get(path);
    var out = spec.commandLine().getOut();
    if (api.json()) out.println(answer);
    else print(out, answer);
    return ExitStatus.OK;
  }

  private static void print(PrintWriter out, JsonNode answer) {
    var jobs = answer.path("jobs");
    if (jobs.isEmpty()) out.println("No job fits.");
    for (var job : jobs) {
      out.println(
          Printable.line(
              String.format(
                  Locale.ROOT,
                  "%-9s  %-40s  %-24s  %,d of %,d items%s  %s",
                  job.path("state").asText(),
                  job.path("id").asText(),
                  job.path("pipeline").asText() + '.' + job.path("phase").asText(),
                  job.path("itemsEnded").asLong(),
                  job.path("items").asLong(),
                  job.path("itemsDead").asLong() == 0
                      ? ""
                      : ", " + job.path("itemsDead").asLong() + " dead",
                  job.path("submitted").asText())));
    }
    if (answer.has("next")) {
      out.println("more: --cursor " + Printable.line(answer.path("next").asText()));
    }
  }
}
