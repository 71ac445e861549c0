package dev.phaseline.cli.types;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Versions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.server.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "new",
    header = "Writes a small Maven project with one pipeline, to begin with.",
    description = {
      "",
      "A pipeline of two phases, its provider, a handler, a test that needs no broker, a server"
          + " file and a README with the commands to build and run it. The folder must not exist"
          + " yet; it is there whole, or not at all."
    },
    exitCodeList = {
      "1:the folder can't be written",
      "2:the name, the package or the folder can't be used"
    },
    footer = {
      "  phaseline new my-pipeline --package com.acme.orders",
      "  cd my-pipeline && mvn verify && phaseline dev --plugins target"
    })
public final class NewCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "The pipeline's name.")
  private String name = "";

  @Option(
      names = "--package",
      paramLabel = "PACKAGE",
      description = "Of its classes (default: com.example, and the name).")
  private @Nullable String javaPackage;

  @Option(names = "--dir", paramLabel = "DIR", description = "The folder (default: the name).")
  private @Nullable Path dir;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    checkName();
    var chosen = javaPackage == null ? "com.example." + defaultPackage() : javaPackage;
    if (!SourceVersion.isName(chosen)) {
      throw CommandFailure.usage(
          "--package " + Printable.line(chosen) + ": not a Java package; one is com.acme.orders");
    }
    var folder = dir == null ? Path.of(name) : dir;
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw CommandFailure.usage(
          Printable.line(folder.toString()) + " exists: choose another folder with --dir");
    }
    try {
      new ProjectFiles(name, chosen, Versions.phaseline()).write(folder);
    } catch (IOException unwritable) {
      throw CommandFailure.of(
          "can't write "
              + Printable.line(folder.toString())
              + ": "
              + Printable.line(InputFile.why(unwritable)),
          unwritable);
    }
    var out = spec.commandLine().getOut();
    out.println(Printable.line("Written: " + folder + ". Next:"));
    out.println(Printable.line("  cd " + folder + " && mvn verify"));
    out.println("  phaseline dev --plugins target");
    out.println("Its README.md says what Maven needs, and how to go on.");
    return ExitStatus.OK;
  }

  private void checkName() {
    try {
      var _ = Pipeline.named(name);
    } catch (IllegalArgumentException refused) {
      throw CommandFailure.usage(Printable.line(String.valueOf(refused.getMessage())));
    }
  }

  /// The name without the signs that a package can't have, and never a word of the language.
  private String defaultPackage() {
    var plain = name.replaceAll("[-_]", "");
    return SourceVersion.isName(plain) ? plain : plain + "s";
  }
}
