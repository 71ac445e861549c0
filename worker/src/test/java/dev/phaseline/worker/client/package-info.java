@NullMarked
package dev.phaseline.worker.client;

import org.jspecify.annotations.NullMarked;
