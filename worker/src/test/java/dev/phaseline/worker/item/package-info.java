@NullMarked
package dev.phaseline.worker.item;

import org.jspecify.annotations.NullMarked;
