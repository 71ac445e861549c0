package dev.phaseline.ops.query;

import java.util.List;

/// A query that was read. Immutable.
///
/// @param <F> the vocabulary's fields
/// @param terms in the order in which they were typed; all must hold
/// @param ids what stood without a field, where the vocabulary takes ids
public record ParsedQuery<F extends Enum<F> & QueryField>(List<Term<F>> terms, List<String> ids) {
  public ParsedQuery {
    terms = List.copyOf(terms);
    ids = List.copyOf(ids);
  }
}
