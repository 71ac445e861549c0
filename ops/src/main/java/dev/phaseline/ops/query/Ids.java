package dev.phaseline.ops.query;

import java.util.function.Predicate;

/// Ids that a query can name without a field; they are alternatives.
///
/// @param accepts whether a word is one
/// @param name in words, with an article, such as `a letter's id`
/// @param example one
public record Ids(Predicate<String> accepts, String name, String example) {}
