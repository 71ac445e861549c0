/// What operators' tools see of a real run: names as documented, queries that find something.
@NullMarked
package dev.phaseline.systemtests.metrics;

import org.jspecify.annotations.NullMarked;
