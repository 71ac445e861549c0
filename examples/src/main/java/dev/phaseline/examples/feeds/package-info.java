/// Feeds of partners that are fetched and imported on schedules.
@NullMarked
package dev.phaseline.examples.feeds;

import org.jspecify.annotations.NullMarked;
