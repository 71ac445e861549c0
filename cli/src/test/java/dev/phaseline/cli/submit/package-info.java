/// Tests of the submission of jobs.
@NullMarked
package dev.phaseline.cli.submit;

import org.jspecify.annotations.NullMarked;
