@NullMarked
package dev.phaseline.systemtests.arch.planted.worker;

import org.jspecify.annotations.NullMarked;
