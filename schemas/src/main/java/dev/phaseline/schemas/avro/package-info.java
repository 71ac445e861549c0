/// Avro in Confluent's wire format: a zero byte, the schema's id in four bytes, the value.
@NullMarked
package dev.phaseline.schemas.avro;

import org.jspecify.annotations.NullMarked;
