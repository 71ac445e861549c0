package dev.phaseline.cli.control;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.Control;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Options common to pause, drain and resume: the scope, the reason and the output.
final class HoldOptions {
  @Mixin private ControlOptions options = new ControlOptions();

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "All phases of this server, or the one that is named.")
  private @Nullable String server;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stays in the audit.")
  private String reason = "";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PIPELINE[.PHASE]",
      description = "A pipeline or one of its phases, on all servers; a phase on --server.")
  private @Nullable String target;

  /// One of the three.
  interface Verb {
    Change say(Control control, ControlScope scope, Author author);
  }

  /// Writes the setting, and prints its effect.
  ///
  /// @param done in words, such as "is paused"
  int run(CommandSpec spec, Verb verb, String done) {
    var scope = ControlOptions.scope(target, server);
    var author = ControlOptions.author(reason);
    var change = options.with(options.site(spec), control -> verb.say(control, scope, author));
    options.print(spec, change, done);
    return ExitStatus.OK;
  }
}
