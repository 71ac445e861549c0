package dev.phaseline.schemas.avro;

import dev.phaseline.schemas.registry.CompatibilityLevel;
import dev.phaseline.schemas.registry.RegisteredSchema;
import dev.phaseline.schemas.registry.RegistryUnavailableException;
import dev.phaseline.schemas.registry.SchemaNotFoundException;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/// A registry without rules that can be switched off, and counts what it is asked.
final class MemoryRegistry implements SchemaRegistry {
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new HashMap<>();
  private boolean down;
  private int calls;
  private boolean closed;

  synchronized void down(boolean isDown) {
    down = isDown;
  }

  synchronized int calls() {
    return calls;
  }

  synchronized boolean closed() {
    return closed;
  }

  synchronized List<String> subjects() {
    return subjects.keySet().stream().sorted().toList();
  }

  private void call() {
    calls++;
    if (down) throw new RegistryUnavailableException("the registry is down", null);
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    call();
    if (!schemas.contains(schema)) schemas.add(schema);
    var id = schemas.indexOf(schema) + 1;
    var versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
    if (!versions.contains(id)) versions.add(id);
    return id;
  }

  @Override
  public synchronized Schema schema(int id) {
    call();
    if (id < 1 || id > schemas.size()) throw new SchemaNotFoundException("no schema id " + id);
    return schemas.get(id - 1);
  }

  @Override
  public synchronized int id(String subject, Schema schema) {
    call();
    var id = schemas.indexOf(schema) + 1;
    if (id == 0 || !subjects.getOrDefault(subject, List.of()).contains(id)) {
      throw new SchemaNotFoundException("not under subject '" + subject + "'");
    }
    return id;
  }

  @Override
  public synchronized RegisteredSchema latest(String subject) {
    call();
    var versions = subjects.get(subject);
    if (versions == null) throw new SchemaNotFoundException("no subject '" + subject + "'");
    var id = versions.getLast();
    return new RegisteredSchema(subject, versions.size(), id, schemas.get(id - 1));
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
  public synchronized void close() {
    closed = true;
  }
}
