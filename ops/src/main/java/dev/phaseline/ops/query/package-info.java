/// The query language of operators: one grammar, in which dead letters and jobs have a vocabulary
/// each. What is typed about the one means the same about the other.
///
/// A [dev.phaseline.ops.query.Vocabulary] lists fields, and reads text into
/// [dev.phaseline.ops.query.Term]s of them; help and docs are made of the same list. What a field
/// is compared with is the business of those who own the vocabulary.
@NullMarked
package dev.phaseline.ops.query;

import org.jspecify.annotations.NullMarked;
