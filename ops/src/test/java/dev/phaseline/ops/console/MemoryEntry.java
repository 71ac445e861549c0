package dev.phaseline.ops.console;

import java.util.ArrayList;
import java.util.List;

/// Entry of the scene's pipeline: takes objects with a country, and refuses `"XX"`. Thread-safe.
final class MemoryEntry implements JobEntry {
  final List<NewJob> submitted = new ArrayList<>();

  @Override
  public List<EntryForm> forms() {
    return List.of(
        new EntryForm(
            "cities",
            "fetch",
            "json",
            List.of(
                new EntryForm.Member("country", "text", true),
                new EntryForm.Member("limit", "integer", true),
                new EntryForm.Member("fresh", "boolean", false)),
            null));
  }

  @Override
  public synchronized Accepted submit(NewJob job) {
    if (job.json().contains("XX")) {
      throw RefusedJobException.ofTheJob("the codec refuses the payload: there is no country XX");
    }
    if (job.id().equals("lost")) {
      throw RefusedJobException.ofTheCluster("it may or may not have been submitted", true);
    }
    submitted.add(job);
    return new Accepted(job.json().length(), "");
  }
}
