/// The console: an HTTP API for operators, described by `openapi.json`, and the page that lives on
/// it. [Console] starts both.
@NullMarked
package dev.phaseline.ops.console;

import org.jspecify.annotations.NullMarked;
