@NullMarked
package dev.phaseline.systemtests.arch.planted.core.engine;

import org.jspecify.annotations.NullMarked;
