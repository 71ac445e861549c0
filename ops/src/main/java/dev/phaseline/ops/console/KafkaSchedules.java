package dev.phaseline.ops.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.ops.schedule.DefinitionReader;
import dev.phaseline.ops.schedule.ScheduleChange;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.ops.schedule.ScheduleView;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The schedules of a cluster. Thread-safe.
///
/// @param client reads and changes them; closed with this
/// @param definitions completes and checks what is put
public record KafkaSchedules(ScheduleClient client, DefinitionReader definitions)
    implements ScheduleSource, AutoCloseable {

  @Override
  public List<ScheduleView> list() {
    return client.list();
  }

  @Override
  public ScheduleView require(String id) {
    return client.require(id);
  }

  @Override
  public Map<String, String> unreadable() {
    return client.unreadable();
  }

  @Override
  public boolean isServed() {
    return client.isServed();
  }

  @Override
  public Map<String, List<ScheduleRun>> latest(int each) {
    return client.latest(each);
  }

  @Override
  public List<ScheduleRun> history(String id, int limit) {
    return client.history(id, limit);
  }

  @Override
  public ScheduleSpec read(String id, ObjectNode definition) {
    var spec = definitions.read(definition);
    client.check(id, spec);
    return spec;
  }

  @Override
  public ScheduleChange put(String id, ScheduleSpec spec, Author author) {
    return client.put(id, spec, author);
  }

  @Override
  public ScheduleChange pause(String id, Author author) {
    return client.pause(id, author);
  }

  @Override
  public ScheduleChange resume(String id, Author author) {
    return client.resume(id, author);
  }

  @Override
  public ScheduleChange trigger(String id, Author author) {
    return client.trigger(id, author);
  }

  @Override
  public ScheduleChange backfill(
      String id, Instant from, Instant until, int atOnce, Author author) {
    return client.backfill(id, from, until, atOnce, author);
  }

  @Override
  public ScheduleChange remove(String id, Author author) {
    return client.remove(id, author);
  }

  @Override
  public void close() {
    client.close();
  }
}
