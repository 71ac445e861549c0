/// What is on the wire: topic names, headers, and the records that are ours.
@NullMarked
package dev.phaseline.schemas;

import org.jspecify.annotations.NullMarked;
