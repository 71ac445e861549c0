package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.accounting.ItemPlace;
import dev.phaseline.ops.accounting.ItemPlace.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PhaseBookTest {
  private final PhaseBook book = new PhaseBook("cities", "store");

  private void from(String phase) {
    book.arrived(0, 0, new ItemPlace(Kind.PHASE, phase, 0, 1));
  }

  @Test
  void whatIsStoredIsReadBack() {
    from("check");
    from("fetch");
    from("check");
    from("store");
    var again = new PhaseBook("cities", "store");
    again.read(book.toBytes(new CompactFormat.Out()));
    assertThat(again.in).isEqualTo(4);
    assertThat(again.from()).isEqualTo(book.from()).isEqualTo(Map.of("check", 2L, "fetch", 1L));
  }

  /// A tracker of before wrote five numbers, and read no more than five.
  @Test
  void countsOfAnOlderVersionAreReadAndAnOlderVersionReadsThese() {
    var old = new CompactFormat.Out().number(7).number(1).number(2).number(3).number(4).take();
    book.read(old);
    assertThat(book.dead).isEqualTo(4);
    assertThat(book.from()).isEmpty();
    from("check");
    assertThat(book.toBytes(new CompactFormat.Out()))
        .startsWith(8 << 1, 1 << 1, 2 << 1, 3 << 1, 4 << 1);
  }

  @Test
  void lettersThatAreQueuedAreStoredAndNeverFewerThanNone() {
    book.queued(3, 1_000);
    book.queued(-1, 2_000);
    book.queued(1, 500);
    from("check");
    var again = new PhaseBook("cities", "store");
    again.read(book.toBytes(new CompactFormat.Out()));
    assertThat(again.queued).isEqualTo(3);
    assertThat(again.queueMovedMs).as("the latest").isEqualTo(2_000);
    // those that were queued before there was a count leave it as well
    again.queued(-7, 3_000);
    assertThat(again.queued).isZero();
  }

  @Test
  void waysThatSomebodyMakesUpDoNotGrowWithoutBound() {
    from("check");
    for (var i = 0; i < 1_000; i++) from("made-up-" + i);
    from("check");
    from("x".repeat(1_000));
    assertThat(book.from()).hasSize(PhaseBook.SOURCES_MAX).containsEntry("check", 2L);
    assertThat(book.in).isEqualTo(1_003);
  }
}
