package dev.phaseline.cli;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.control.CancelCommand;
import dev.phaseline.cli.control.ConcurrencyCommand;
import dev.phaseline.cli.control.ControlCommand;
import dev.phaseline.cli.control.DrainCommand;
import dev.phaseline.cli.control.PauseCommand;
import dev.phaseline.cli.control.PlacementCommand;
import dev.phaseline.cli.control.ResumeCommand;
import dev.phaseline.cli.control.TimersCommand;
import dev.phaseline.cli.control.TransactionsCommand;
import dev.phaseline.cli.control.WorkersCommand;
import dev.phaseline.cli.dead.DeadCommand;
import dev.phaseline.cli.demo.DemoCommand;
import dev.phaseline.cli.outbox.OutboxCommand;
import dev.phaseline.cli.progress.Terminal;
import dev.phaseline.cli.progress.TerminalWriter;
import dev.phaseline.cli.queue.QueueCommand;
import dev.phaseline.cli.schedule.ScheduleCommand;
import dev.phaseline.cli.serve.BrokerCommand;
import dev.phaseline.cli.serve.ConsoleCommand;
import dev.phaseline.cli.serve.DevCommand;
import dev.phaseline.cli.serve.SchedulerCommand;
import dev.phaseline.cli.serve.WorkerCommand;
import dev.phaseline.cli.sql.JdbcCommand;
import dev.phaseline.cli.status.JobCommand;
import dev.phaseline.cli.status.JobsCommand;
import dev.phaseline.cli.status.PhasesCommand;
import dev.phaseline.cli.status.TopCommand;
import dev.phaseline.cli.submit.SubmitCommand;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.FailureLine;
import dev.phaseline.cli.text.Help;
import dev.phaseline.cli.text.Interrupt;
import dev.phaseline.cli.text.RootCause;
import dev.phaseline.cli.topics.AuditCommand;
import dev.phaseline.cli.topics.TopicsCommand;
import dev.phaseline.cli.types.NewCommand;
import dev.phaseline.cli.types.TypesCommand;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.server.PluginException;
import dev.phaseline.server.ServerConfigException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `phaseline` command. [#main] ends the process; [#run] does not, which is what tests call.
@Command(
    name = "phaseline",
    description = {
      "Runs jobs through phases on Apache Kafka, exactly once.",
      "",
      "Start with @|bold phaseline demo|@: it needs nothing but this command, brings up a broker"
          + " and a schema registry of its own, moves the cities of the world through three"
          + " phases, and proves that each of them ended exactly once."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      DevCommand.class,
      WorkerCommand.class,
      SchedulerCommand.class,
      SubmitCommand.class,
      ScheduleCommand.class,
      TopicsCommand.class,
      AuditCommand.class,
      TypesCommand.class,
      NewCommand.class,
      JdbcCommand.class,
      OutboxCommand.class,
      DeadCommand.class,
      QueueCommand.class,
      ConsoleCommand.class,
      JobsCommand.class,
      JobCommand.class,
      PhasesCommand.class,
      TopCommand.class,
      TimersCommand.class,
      WorkersCommand.class,
      PlacementCommand.class,
      TransactionsCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      DrainCommand.class,
      ConcurrencyCommand.class,
      CancelCommand.class,
      ControlCommand.class,
      BrokerCommand.class,
      VersionCommand.class
    },
    exitCodeList = {
      "0:all is well",
      "1:something outside failed: a broker, a port, a folder",
      "2:the command line or a settings file is wrong",
      "3:an item was lost or ended twice",
      "4:a job that was waited for ended dead, cancelled or compensated",
      "130:stopped by Ctrl-C; what is left is done by the next run"
    },
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  PHASELINE_BOOTSTRAP_SERVERS  brokers, in place of --bootstrap-servers",
      "  PHASELINE_REGISTRY_URL       schema registry, in place of --registry-url",
      "  PHASELINE_NAMESPACE          namespace of the topics, in place of --namespace",
      "  PHASELINE_CONFIG             the server file, in place of --config",
      "  PHASELINE_CONSOLE_URL        the console that jobs, job, top, submit ask",
      "  PHASELINE_CONSOLE_TOKEN      the token that they show it",
      "  PHASELINE_CONSOLE_TOKEN_FILE or the file that holds it",
      "  PHASELINE_JAVA_OPTS          options for the JVM, read by ./phaseline",
      "  NO_COLOR                     when set: no colours, no redrawing",
      "",
      "@|bold phaseline COMMAND --help|@ describes each command."
    })
public final class Main implements Runnable {
  @CommandLine.Mixin final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /// Runs the command and ends the process with its exit status.
  public static void main(String[] args) {
    var out =
        TerminalWriter.to(new FileOutputStream(FileDescriptor.out), () -> Terminal.isTerminal(1));
    var err =
        TerminalWriter.to(new FileOutputStream(FileDescriptor.err), () -> Terminal.isTerminal(2));
    // What the JVM and libraries print goes the same way.
    System.setOut(StrayLines.into(out));
    System.setErr(StrayLines.into(err));
    LastResort.install(err);
    String[] typed;
    try {
      typed = Arguments.asTyped(args);
    } catch (CommandFailure malformed) {
      err.println("phaseline: " + malformed.getMessage());
      System.exit(malformed.exitStatus());
      return;
    }
    Interrupt.exit(run(out, err, typed));
  }

  /// Runs the command. Whatever it prints goes through a [TerminalWriter].
  ///
  /// @return the exit status, one of [ExitStatus]
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    var shown = TerminalWriter.of(out);
    var told = TerminalWriter.of(err);
    Logs.passedOverTo(told::println);
    var status = commandLine().setOut(shown).setErr(told).execute(args);
    return Unwritten.check(shown, told, status);
  }

  /// The command with everything that it can do, for tests that only parse.
  public static CommandLine commandLine() {
    var main = new CommandLine(new Main());
    Headings.add(main);
    return main.setColorScheme(CommandLine.Help.defaultColorScheme(ansi()))
        .setUsageHelpAutoWidth(true)
        .setUsageHelpLongOptionsMaxWidth(28)
        .setAbbreviatedOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(Help::orRun)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExecutionExceptionHandler(
            (thrown, command, parsed) -> explain(thrown, command, isVerbose(parsed)));
  }

  /// Without a command there is nothing to do but to say what there is.
  @Override
  public void run() {
    Help.show(spec.commandLine());
  }

  private static Ansi ansi() {
    return System.getenv("NO_COLOR") == null ? Ansi.AUTO : Ansi.OFF;
  }

  private static boolean isVerbose(CommandLine.ParseResult parsed) {
    for (var at = parsed; at != null; at = at.subcommand()) {
      var option = at.matchedOption("--verbose");
      if (option != null && Boolean.TRUE.equals(option.getValue())) return true;
    }
    return false;
  }

  private static int explainUsage(CommandLine.ParameterException wrong, String[] args) {
    var command = wrong.getCommandLine();
    var err = command.getErr();
    err.println("phaseline: " + usageText(wrong));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitStatus.USAGE;
  }

  private static String usageText(CommandLine.ParameterException wrong) {
    if (RootCause.has(wrong, InvalidPathException.class)) {
      return "a file name can't be used in this locale: set LC_ALL=C.UTF-8, or another name ("
          + firstLine(String.valueOf(wrong.getMessage()))
          + ")";
    }
    if (!(wrong instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return firstLine(String.valueOf(wrong.getMessage()));
    }
    var typed = unmatched.getUnmatched().getFirst();
    var spec = wrong.getCommandLine().getCommandSpec();
    if (typed.startsWith("-")) {
      var name = typed.replaceFirst("=.*", "");
      var known = new ArrayList<String>();
      for (var option : spec.options()) if (!option.hidden()) known.add(option.longestName());
      var near = NearNames.of(name, known);
      return "unknown option '"
          + name
          + "'"
          + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
    }
    if (spec.subcommands().isEmpty()) {
      return "'" + typed + "' is one argument too many for " + spec.qualifiedName();
    }
    var known = new ArrayList<String>();
    spec.subcommands()
        .forEach(
            (name, command) -> {
              if (!command.getCommandSpec().usageMessage().hidden()) known.add(name);
            });
    return "unknown command '" + typed + "'; " + NearNames.remedy(typed, known);
  }

  private static int explain(Exception thrown, CommandLine command, boolean verbose) {
    var err = command.getErr();
    err.println("phaseline: " + FailureLine.of(thrown));
    for (var other : thrown.getSuppressed()) { // of several jars, each has its line
      if (other instanceof PluginException) err.println("phaseline: " + FailureLine.of(other));
    }
    if (thrown instanceof CommandFailure failure) failure.detail().lines().forEach(err::println);
    if (verbose) thrown.printStackTrace(err);
    return switch (thrown) {
      case CommandFailure failure -> failure.exitStatus();
      case ServerConfigException _ -> ExitStatus.USAGE;
      default -> ExitStatus.FAILED;
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse(text);
  }
}
