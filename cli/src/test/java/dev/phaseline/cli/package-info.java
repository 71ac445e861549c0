@NullMarked
package dev.phaseline.cli;

import org.jspecify.annotations.NullMarked;
