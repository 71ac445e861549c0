/// A thin client of the Confluent Schema Registry's REST API.
///
/// The failures say whose fault they are, because they end differently: a
/// [RegistryUnavailableException] is nobody's (the caller waits), all others are the item's or the
/// operator's.
@NullMarked
package dev.phaseline.schemas.registry;

import org.jspecify.annotations.NullMarked;
