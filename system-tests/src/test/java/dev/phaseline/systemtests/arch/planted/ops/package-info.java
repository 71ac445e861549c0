@NullMarked
package dev.phaseline.systemtests.arch.planted.ops;

import org.jspecify.annotations.NullMarked;
