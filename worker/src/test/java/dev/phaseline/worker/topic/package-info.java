@NullMarked
package dev.phaseline.worker.topic;

import org.jspecify.annotations.NullMarked;
