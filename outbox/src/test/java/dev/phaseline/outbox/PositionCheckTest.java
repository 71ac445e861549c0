package dev.phaseline.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.control.OutboxState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

final class PositionCheckTest {
  private static RelayTable.Row row(long batch) {
    return new RelayTable.Row("pl.outbox.orders", "mine", batch, 3, "a", 1);
  }

  private static Optional<OutboxState> position(String table, long batch, String rows) {
    return Optional.of(
        new OutboxState("orders", table, batch, rows, "a", 0, 0, "", false, Instant.EPOCH));
  }

  private static Optional<List<Long>> published(long batch, Optional<OutboxState> position) {
    return PositionCheck.publishedRows(row(batch), position, "pl.outbox");
  }

  private static AbstractThrowableAssert<?, ?> refused(long batch, Optional<OutboxState> position) {
    return assertThatThrownBy(() -> published(batch, position))
        .isInstanceOf(UnusableOutboxException.class)
        .hasMessageContaining("--adopt");
  }

  @Test
  void theFirstTermHasNoPosition() {
    assertThat(published(0, Optional.empty())).isEmpty();
  }

  @Test
  void whatIsDeletedIsNotDeletedAgain() {
    assertThat(published(7, position("mine", 7, "1-3"))).isEmpty();
  }

  @Test
  void theBatchThatWasPublishedLastIsDeleted() {
    assertThat(published(7, position("mine", 8, "4,6-7"))).contains(List.of(4L, 6L, 7L));
  }

  @Test
  void aLostPositionIsRefused() {
    refused(7, Optional.empty()).hasMessageContaining("was the topic deleted");
  }

  @Test
  void anotherDatabasesPositionIsRefused() {
    refused(7, position("yours", 7, "")).hasMessageContaining("belongs to other tables");
  }

  @Test
  void aDatabaseThatWasRestoredIsRefused() {
    refused(7, position("mine", 9, "1")).hasMessageContaining("was the database restored");
    refused(7, position("mine", 6, "1")).hasMessageContaining("was the database restored");
  }

  @Test
  void aDamagedPositionIsRefused() {
    refused(7, position("mine", 8, "rows")).hasMessageContaining("can't be read");
  }
}
