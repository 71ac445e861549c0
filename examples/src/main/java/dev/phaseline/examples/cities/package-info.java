/// The main example: the world's cities, country by country, through three phases into a database.
///
/// Start reading at [CitiesPipeline].
@NullMarked
package dev.phaseline.examples.cities;

import org.jspecify.annotations.NullMarked;
