/// Wire formats: topic names, headers, and records of Phaseline's own.
@NullMarked
package dev.phaseline.schemas;

import org.jspecify.annotations.NullMarked;
