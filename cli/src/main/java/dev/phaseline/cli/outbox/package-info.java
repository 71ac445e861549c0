/// Commands about outboxes: their relay, and what relays report.
@NullMarked
package dev.phaseline.cli.outbox;

import org.jspecify.annotations.NullMarked;
