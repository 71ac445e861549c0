package dev.phaseline.queue;

import java.time.Instant;

/// Item that ended in failure, as it was stored, with the reason. Immutable.
///
/// @param queue the name of its queue
/// @param item the item, bytes and headers untouched
/// @param created when it was created
/// @param deliveries how often it was handed out
/// @param cause why it ended
public record DeadItem(
    String queue, StoredItem item, Instant created, int deliveries, DeadCause cause) {}
