/// Commands about kinds of jobs: what a server knows of them, and a new one's project.
@NullMarked
package dev.phaseline.cli.types;

import org.jspecify.annotations.NullMarked;
