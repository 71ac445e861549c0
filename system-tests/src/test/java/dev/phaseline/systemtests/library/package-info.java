@NullMarked
package dev.phaseline.systemtests.library;

import org.jspecify.annotations.NullMarked;
