/// Commands about users' SQL databases. None of them connects to one.
@NullMarked
package dev.phaseline.cli.sql;

import org.jspecify.annotations.NullMarked;
