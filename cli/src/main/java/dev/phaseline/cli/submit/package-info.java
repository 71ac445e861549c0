/// Submits jobs whose payloads are given as JSON, for the command and for the console.
@NullMarked
package dev.phaseline.cli.submit;

import org.jspecify.annotations.NullMarked;
