@NullMarked
package dev.phaseline.cli.sql;

import org.jspecify.annotations.NullMarked;
