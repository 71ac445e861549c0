/// Job accounting: what was made of a job, what of it has ended and what is owed, from the records
/// of its items in any order. It knows neither Kafka Streams nor the tracker, which stores these
/// accounts and answers questions about them; whatever else has to know when a job has ended can
/// use it in the same way.
///
/// Start reading at [JobBook].
@NullMarked
package dev.phaseline.ops.accounting;

import org.jspecify.annotations.NullMarked;
