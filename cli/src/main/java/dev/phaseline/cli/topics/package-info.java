/// The commands about the topics of a pipeline: create and check them, and audit what they hold.
@NullMarked
package dev.phaseline.cli.topics;

import org.jspecify.annotations.NullMarked;
