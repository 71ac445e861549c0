@NullMarked
package dev.phaseline.outbox;

import org.jspecify.annotations.NullMarked;
