@NullMarked
package dev.phaseline.cli.types;

import org.jspecify.annotations.NullMarked;
