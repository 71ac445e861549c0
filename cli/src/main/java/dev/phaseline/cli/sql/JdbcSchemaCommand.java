package dev.phaseline.cli.sql;

import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.outbox.OutboxSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "schema",
    header = "Prints the statements that make the tables, for the database's own tool.",
    description = {
      "",
      "They change nothing where the tables are there. No database is connected to. A phase"
          + " can make them by itself, too: SqlOptions.makingTables()."
    },
    exitCodeList = "2:there is no such dialect",
    footer = {
      "  phaseline jdbc schema --dialect postgresql | psql bank",
      "  phaseline jdbc schema --dialect mariadb | mariadb bank"
    })
public final class JdbcSchemaCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Option(
      names = "--dialect",
      required = true,
      paramLabel = "NAME",
      description = "The database's: postgresql, mariadb, sqlite or h2.")
  private String name = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var dialect = chosen();
    var statements = new ArrayList<>(dialect.schema());
    statements.addAll(OutboxSchema.statements(dialect));
    for (var statement : new LinkedHashSet<>(statements)) { // both need the table of versions
      (statement + ";").lines().forEach(out::println); // what is in a line is escaped
    }
    return ExitStatus.OK;
  }

  private SqlDialect chosen() {
    for (var each : SqlDialect.values()) if (each.text().equals(name)) return each;
    throw CommandFailure.usage(
        "--dialect "
            + Printable.line(name)
            + ": there are "
            + Arrays.stream(SqlDialect.values())
                .map(SqlDialect::text)
                .collect(Collectors.joining(", ")));
  }
}
