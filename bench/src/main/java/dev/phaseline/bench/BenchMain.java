package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.bench.contender.Contenders;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `phaseline bench NAME`: runs one bench and prints its table; the last line is one JSON object.
///
/// Exit codes: 0 when every audit found every item exactly once, 1 when one did not or the bench
/// broke, 2 when it was asked for wrongly.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures this engine side by side with its peers. Figures go to standard output,"
            + " progress to standard error; the last line is one JSON object.")
public final class BenchMain implements Callable<Integer> {
  /// A heap that grows while it is measured gives each contender another young generation, and the
  /// one that keeps most in flight pays for it.
  private static final List<String> JVM = List.of("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME",
      description = "Which bench: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Names.class)
  private String name = "";

  @Option(names = "--json", description = "Prints nothing but the JSON object.")
  private boolean json;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds to measure; default 5.")
  private int rounds;

  @Option(names = "--items", paramLabel = "N", description = "Items in a round.")
  private int items;

  @Option(
      names = "--pending",
      paramLabel = "N",
      description = "Timers that wait meanwhile, in `timers`; default 1000000.")
  private int pending;

  @Option(names = "--quick", description = "2 rounds with few items: a look, not a measurement.")
  private boolean quick;

  @Option(
      names = "--contenders",
      paramLabel = "NAME",
      split = ",",
      description = "Who takes part, in place of the bench's own choice.")
  private List<String> contenders = new ArrayList<>();

  @Option(
      names = "--jvm-arg",
      paramLabel = "ARG",
      description =
          "For every contender's JVM, in place of -Xms1g -Xmx1g -XX:+UseSerialGC; repeatable.")
  private List<String> jvmArgs = new ArrayList<>();

  private final PrintStream out;

  private BenchMain(PrintStream out) {
    this.out = out;
  }

  /// The names that help shows.
  private static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("unused") // picocli calls it
    Names() {
      super(Benches.names());
    }
  }

  /// Runs the command and ends the process with its exit code.
  public static void main(String[] args) {
    var code = run(System.out, new PrintWriter(System.err, true, UTF_8), args);
    System.out.flush();
    System.exit(code);
  }

  static int run(PrintStream out, PrintWriter err, String... args) {
    return new CommandLine(new BenchMain(out))
        .setErr(err)
        .setExecutionExceptionHandler(
            (failed, _, _) -> {
              err.println("phaseline bench: " + failed.getMessage());
              if (!(failed instanceof BenchException)) failed.printStackTrace(err);
              return 1;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws InterruptedException {
    var bench = Benches.find(name).orElseThrow(() -> noBench());
    var plan = plan(bench);
    plan.say("%s: %s", bench.name(), bench.summary());
    var report = run(bench, plan);
    if (!json) out.print(report.text());
    out.println(report.json());
    return report.valid() ? 0 : 1;
  }

  private Report run(Bench bench, Plan plan) throws InterruptedException {
    try (var rig = Rig.start(jvmArgs.isEmpty() ? JVM : jvmArgs)) {
      try {
        return bench.run(rig, plan);
      } catch (RuntimeException failed) {
        rig.keepFolder();
        throw failed;
      }
    }
  }

  private Plan plan(Bench bench) {
    if (rounds < 0) throw new ParameterException(spec.commandLine(), "--rounds is negative");
    if (items < 0) throw new ParameterException(spec.commandLine(), "--items is negative");
    if (pending < 0) throw new ParameterException(spec.commandLine(), "--pending is negative");
    if (pending > 0 && !bench.name().equals(Timers.NAME)) {
      throw new ParameterException(
          spec.commandLine(), "--pending is for bench '" + Timers.NAME + "' alone");
    }
    var chosen = new ArrayList<Contenders>();
    for (var label : contenders) {
      var who = Contenders.find(label).orElseThrow(() -> noContender(label));
      if (!bench.eligible().contains(who)) throw notEligible(bench, who);
      chosen.add(who);
    }
    return new Plan(rounds, items, pending, quick, chosen, System.err);
  }

  private ParameterException noBench() {
    return new ParameterException(
        spec.commandLine(), "no bench '" + name + "'; there are " + Benches.names());
  }

  private ParameterException noContender(String label) {
    return new ParameterException(
        spec.commandLine(), "no contender '" + label + "'; there are " + Contenders.labels());
  }

  private ParameterException notEligible(Bench bench, Contenders who) {
    var able = bench.eligible().stream().map(Contenders::label).toList();
    return new ParameterException(
        spec.commandLine(),
        "bench '" + bench.name() + "' can't run '" + who.label() + "'; it can run " + able);
  }
}
