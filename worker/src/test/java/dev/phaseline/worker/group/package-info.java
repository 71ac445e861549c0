@NullMarked
package dev.phaseline.worker.group;

import org.jspecify.annotations.NullMarked;
