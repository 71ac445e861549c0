@NullMarked
package dev.phaseline.systemtests.arch.planted.core;

import org.jspecify.annotations.NullMarked;
