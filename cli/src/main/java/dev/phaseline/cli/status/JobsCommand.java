package dev.phaseline.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.cli.config.QueryHelp;
import dev.phaseline.cli.text.Ages;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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
    header = "Lists jobs, the newest first, from a console.",
    footer = {
      "  phaseline jobs",
      "  phaseline jobs pipeline=cities state=dead since=2h",
      "  phaseline jobs --json error~timeout | jq -r '.jobs[].id'"
    })
public final class JobsCommand implements Callable<Integer> {
  @Mixin private ApiOptions api = new ApiOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most N (default: 50).")
  private int limit = 50;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on where the last list ended.")
  private String cursor = "";

  @Mixin final QueryHelp.OfJobs help = new QueryHelp.OfJobs();

  @Parameters(paramLabel = "QUERY", description = "Which jobs.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var query = String.join(" ", words);
    var path = "jobs?limit=" + limit + "&q=" + ApiClient.encoded(query);
    if (!cursor.isEmpty()) path += "&cursor=" + ApiClient.encoded(cursor);
    var answer = api.client().get(path, query);
    var out = spec.commandLine().getOut();
    if (api.json()) out.println(answer);
    else print(out, answer);
    return ExitStatus.OK;
  }

  private static void print(PrintWriter out, JsonNode answer) {
    if (answer.path("jobs").isEmpty()) out.println("No job fits.");
    else lines(answer, Instant.now(), Widths.of(out)).forEach(out::println);
    if (answer.has("next")) {
      out.println("more: --cursor " + Printable.line(answer.path("next").asText()));
    }
  }

  /// The jobs, none wider than this.
  public static List<String> lines(JsonNode answer, Instant now, int width) {
    var table =
        new Table(
            List.of(
                Table.text("STATE", Fit.NEEDED),
                Table.text("JOB", Fit.ID),
                Table.text("PHASE", Fit.NAME),
                Table.number("ENDED", Fit.NEEDED),
                Table.number("DEAD", Fit.NEEDED),
                Table.number("AGE", Fit.WANTED),
                Table.text("SUBMITTED (UTC)", Fit.EXTRA)));
    for (var job : answer.path("jobs")) {
      var submitted = job.path("submitted").asText();
      var dead = job.path("itemsDead").asLong();
      table.row(
          job.path("state").asText(),
          job.path("id").asText(),
          job.path("pipeline").asText() + '.' + job.path("phase").asText(),
          String.format(
              Locale.ROOT, "%,d/%,d", job.path("itemsEnded").asLong(), job.path("items").asLong()),
          dead == 0 ? "-" : String.format(Locale.ROOT, "%,d", dead),
          age(submitted, now),
          submitted);
    }
    return table.lines(width);
  }

  private static String age(String submitted, Instant now) {
    try {
      return Ages.of(Duration.between(Instant.parse(submitted), now));
    } catch (DateTimeParseException unknown) {
      return "-";
    }
  }
}
