@NullMarked
package dev.phaseline.systemtests.arch.planted.worker.room;

import org.jspecify.annotations.NullMarked;
