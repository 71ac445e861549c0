/// Kafka as the engine's source, sink and ledger: polls, transactions, committed offsets. Internal.
/// Start reading at [KafkaLog].
@NullMarked
package dev.phaseline.worker.kafka;

import org.jspecify.annotations.NullMarked;
