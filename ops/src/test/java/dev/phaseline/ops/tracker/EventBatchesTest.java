package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.accounting.ItemEvent;
import dev.phaseline.ops.accounting.ItemEvent.Verb;
import dev.phaseline.ops.accounting.ItemPlace;
import dev.phaseline.ops.accounting.ItemPlace.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Events on their way to who keeps their job.
final class EventBatchesTest {
  private static final int PARTITIONS = 4;

  private final List<List<ItemEvent>> arrived = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final EventBatches batches =
      new EventBatches(
          PARTITIONS,
          (partition, events, atMs) -> {
            sizes.add(events.length);
            EventBatches.read(events, arrived.get(partition)::add);
          });

  EventBatchesTest() {
    for (var i = 0; i < PARTITIONS; i++) arrived.add(new ArrayList<>());
  }

  @Test
  void eachArrivesOnceInOrderWhereItsJobIsKept() {
    var wanted = new ArrayList<List<ItemEvent>>();
    for (var i = 0; i < PARTITIONS; i++) wanted.add(new ArrayList<>());
    for (var i = 0; i < 10_000; i++) {
      var event = event("job-" + i % 700, i);
      batches.add(event);
      wanted.get(EventBatches.partition(event.job(), PARTITIONS)).add(event);
    }
    batches.flush();
    assertThat(arrived).isEqualTo(wanted);
    assertThat(sizes).hasSizeLessThan(100).allMatch(size -> size < 40_000);
    batches.flush();
    assertThat(arrived).isEqualTo(wanted);
  }

  @Test
  void oneWithoutAJobArrivesEverywhere() {
    batches.add(event("", 1));
    batches.flush();
    assertThat(arrived).allMatch(events -> events.size() == 1);
  }

  private static ItemEvent event(String job, int offset) {
    var place = new ItemPlace(Kind.PHASE, "fetch", 0, offset);
    var about = offset % 3 == 0 ? new ItemEvent.About("k", null, null, null, null, null) : null;
    return new ItemEvent(
        Verb.AT,
        "cities",
        job,
        "/",
        place,
        null,
        1_000L + offset,
        0,
        0,
        1,
        0,
        0,
        offset % 2,
        about);
  }
}
