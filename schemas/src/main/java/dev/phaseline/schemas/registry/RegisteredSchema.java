package dev.phaseline.schemas.registry;

import org.apache.avro.Schema;

/// A schema as a registry holds it.
///
/// @param subject under which it is registered
/// @param version from 1, in its subject
/// @param id the same for the same schema in all subjects
/// @param schema the schema
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
