package dev.phaseline.schemas.registry;

import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/// A schema registry as its clients see it. Thread-safe. Calls block for as long as the
/// implementation's timeouts and retries allow and can be interrupted; an interrupted call throws
/// Kafka's `InterruptException` and leaves the interrupt flag set.
///
/// All methods throw
/// - [RegistryUnavailableException] when the registry can't be reached: wait and try again,
/// - [RegistryRefusedException] when it answers, and the answer is no,
/// - [SchemaNotFoundException] when it does not know what was asked for.
public interface SchemaRegistry extends AutoCloseable {

  /// Registers a schema, or finds it if it is there: calling twice changes nothing.
  ///
  /// @return its id
  /// @throws IncompatibleSchemaException when the subject's rule forbids it
  int register(String subject, Schema schema);

  /// The schema of that id.
  Schema schema(int id);

  /// The id of a schema that is registered under the subject.
  int id(String subject, Schema schema);

  /// The latest version of the subject, asked anew at each call.
  RegisteredSchema latest(String subject);

  /// The reasons why the schema could not be the next version of the subject; empty when it could.
  /// A subject that does not exist yet takes any schema.
  List<String> incompatibilities(String subject, Schema schema);

  /// The rule of subjects that have none of their own.
  CompatibilityLevel compatibility();

  /// The subject's own rule, if it has one.
  Optional<CompatibilityLevel> compatibility(String subject);

  /// Frees connections. A second call does nothing.
  @Override
  void close();
}
