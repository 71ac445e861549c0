@NullMarked
package dev.phaseline.jdbc;

import org.jspecify.annotations.NullMarked;
