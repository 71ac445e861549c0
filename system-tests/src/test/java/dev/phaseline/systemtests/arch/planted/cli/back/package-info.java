@org.jspecify.annotations.NullMarked
package dev.phaseline.systemtests.arch.planted.cli.back;
