package dev.phaseline.examples.cities;

import dev.phaseline.schemas.registry.CompatibilityLevel;
import dev.phaseline.schemas.registry.RegisteredSchema;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;

/// A registry that is a list: an id is a place in it. Checks nothing.
final class TableRegistry implements SchemaRegistry {
  private final List<RegisteredSchema> table = new ArrayList<>();

  Set<String> subjects() {
    var subjects = new TreeSet<String>();
    for (var entry : table) subjects.add(entry.subject());
    return subjects;
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    table.add(new RegisteredSchema(subject, 1, table.size() + 1, schema));
    return table.size();
  }

  @Override
  public synchronized Schema schema(int id) {
    return table.get(id - 1).schema();
  }

  @Override
  public int id(String subject, Schema schema) {
    return latest(subject).id();
  }

  @Override
  public synchronized RegisteredSchema latest(String subject) {
    return table.reversed().stream()
        .filter(entry -> entry.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public List<String> incompatibilities(String subject, Schema schema) {
    return List.of();
  }

  @Override
  public CompatibilityLevel compatibility() {
    return CompatibilityLevel.NONE;
  }

  @Override
  public Optional<CompatibilityLevel> compatibility(String subject) {
    return Optional.empty();
  }

  @Override
  public void close() {
    // nothing is held
  }
}
