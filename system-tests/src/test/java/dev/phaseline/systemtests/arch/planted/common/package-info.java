@NullMarked
package dev.phaseline.systemtests.arch.planted.common;

import org.jspecify.annotations.NullMarked;
