/// Queues on Kafka's share groups. Start reading at `KafkaQueues`, then `ShareMember`.
@NullMarked
package dev.phaseline.queue.kafka;

import org.jspecify.annotations.NullMarked;
