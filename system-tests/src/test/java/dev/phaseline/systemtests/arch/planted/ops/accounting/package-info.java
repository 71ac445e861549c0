@NullMarked
package dev.phaseline.systemtests.arch.planted.ops.accounting;

import org.jspecify.annotations.NullMarked;
