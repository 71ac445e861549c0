package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.accounting.ItemCount;
import dev.phaseline.ops.accounting.WorkState;
import java.util.HashMap;
import java.util.TreeMap;

/// Compares what a tracker says with what was done.
final class Truth {
  private Truth() {}

  static void check(WorkSim sim, StatusSource status) {
    checkPhases(sim, status);
    sim.jobs.forEach((id, job) -> checkJob(id, job, status));
    checkLists(sim, status);
  }

  private static void checkPhases(WorkSim sim, StatusSource status) {
    var said = new TreeMap<String, String>();
    for (var view : status.phases()) {
      var truth = new WorkSim.PhaseTruth();
      truth.in = view.in();
      truth.waiting = view.waiting();
      truth.retrying = view.retrying();
      truth.done = view.done();
      truth.dead = view.dead();
      truth.from = new TreeMap<>(view.from());
      if (truth.in > 0) said.put(view.phase(), truth.toString());
    }
    var wanted = new TreeMap<String, String>();
    sim.phases.forEach(
        (name, truth) -> {
          if (truth.in > 0) wanted.put(name, truth.toString());
        });
    assertThat(said).isEqualTo(wanted);
  }

  private static void checkJob(String id, WorkSim.Job truth, StatusSource status) {
    var job = status.job(id).orElseThrow(() -> new AssertionError("not known: " + id));
    var row = job.row();
    assertThat(row.items()).as("items of %s", id).isEqualTo(truth.made);
    assertThat(row.itemsEnded()).as("ended items of %s %s", id, job).isEqualTo(truth.ended);
    assertThat(row.itemsDead()).as("dead items of %s", id).isEqualTo(truth.dead);
    assertThat(row.state().isEnded()).as("%s has ended", id).isEqualTo(truth.isEnded());
    assertThat(job.redrives()).as("redrives of %s", id).isEqualTo(truth.redrives);
    if (truth.isEnded()) assertThat(row.state().text()).as(id).isEqualTo(truth.state());
    var counted = job.counts().stream().mapToLong(ItemCount::items).sum();
    assertThat(counted).as("items of %s by state %s", id, job.counts()).isEqualTo(truth.made);
    var split = new HashMap<String, Integer>();
    String cursor = null;
    do {
      var page = status.items(id, cursor, 3);
      for (var item : page.rows()) {
        assertThat(split.put(item.path(), item.children())).as(id + item.path()).isNull();
      }
      cursor = page.next();
    } while (cursor != null);
    assertThat(split).as("items of %s", id).hasSize((int) truth.made);
    assertThat(split.values().stream().filter(n -> n > 0)).as(id).hasSize(truth.splits);
  }

  private static void checkLists(WorkSim sim, StatusSource status) {
    for (var state : new String[] {"dead", "done", "waiting", "cancelled", "compensated", ""}) {
      var query =
          state.isEmpty()
              ? JobQuery.ALL
              : JobQuery.parse("state=" + state, java.time.Instant.now());
      var listed = new TreeMap<String, String>();
      String cursor = null;
      do {
        var page = status.jobs(query, cursor, 7);
        for (var row : page.rows()) {
          assertThat(listed.put(row.id(), "listed")).as("%s twice in %s", row.id(), state).isNull();
        }
        cursor = page.next();
      } while (cursor != null);
      var wanted = new TreeMap<String, String>();
      sim.jobs.forEach(
          (id, job) -> {
            var is = job.isEnded() ? job.state() : "open";
            if (state.isEmpty() || is.equals(state)) wanted.put(id, "listed");
            if (state.equals("waiting") && is.equals("open")) {
              var said = status.job(id).orElseThrow().state();
              if (said == WorkState.WAITING) wanted.put(id, "listed");
            }
          });
      assertThat(listed).as("jobs that are '%s'", state).isEqualTo(wanted);
    }
  }
}
