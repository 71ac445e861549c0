package dev.phaseline.jdbc;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The contracts on transactional phases and synchronized tables in H2.
final class H2PhaseTest extends ReconcileContract {
  private static TestDatabase database;

  @BeforeAll
  static void open() {
    database = TestDatabase.of("jdbc:h2:mem:bank", SqlDialect.H2, () -> {});
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
