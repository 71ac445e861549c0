package dev.phaseline.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.Main;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.outbox.OutboxSchema;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class JdbcCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void eachDialectsStatementsEndWithASemicolon() {
    for (var dialect : SqlDialect.values()) {
      assertThat(run("jdbc", "schema", "--dialect", dialect.text())).isEqualTo(ExitStatus.OK);
      var statements = new ArrayList<>(dialect.schema());
      statements.addAll(OutboxSchema.statements(dialect));
      for (var statement : statements) {
        assertThat(out.toString().replace(System.lineSeparator(), "\n")).contains(statement + ";");
      }
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anUnknownDialectIsRefusedWithThoseThereAre() {
    assertThat(run("jdbc", "schema", "--dialect", "ora\u001bcle")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .contains("there are postgresql, mariadb, sqlite, h2")
        .doesNotContain("\u001b");
    assertThat(run("jdbc", "schema")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("--dialect");
    assertThat(out.toString()).isEmpty();
  }
}
