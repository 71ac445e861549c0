@NullMarked
package dev.phaseline.worker.kafka;

import org.jspecify.annotations.NullMarked;
