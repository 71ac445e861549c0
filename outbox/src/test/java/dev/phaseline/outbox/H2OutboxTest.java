package dev.phaseline.outbox;

import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.jdbc.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The contract on submissions in H2.
final class H2OutboxTest extends OutboxContract {
  private static TestDatabase database;

  @BeforeAll
  static void open() {
    database = TestDatabase.of("jdbc:h2:mem:orders", SqlDialect.H2, () -> {});
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @Override
  TestDatabase database() {
    return database;
  }
}
