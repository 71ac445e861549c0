@NullMarked
package dev.phaseline.cli.demo;

import org.jspecify.annotations.NullMarked;
