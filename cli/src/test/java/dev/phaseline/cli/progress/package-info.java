@NullMarked
package dev.phaseline.cli.progress;

import org.jspecify.annotations.NullMarked;
