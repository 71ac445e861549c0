package dev.phaseline.ops.dead;

import java.util.List;
import java.util.SequencedMap;

/// Preview of a redrive: the letters that it would send now.
///
/// @param matched how many letters are meant, up to the limit
/// @param sendable how many of them would be sent
/// @param groups how many would be sent, by `phase kind -> target`
/// @param first the first ten that would be sent
/// @param expired how many would be sent and be dead again at once, because the job's deadline has
///   passed: a redrive does not change it
/// @param refused how many would not, and the first twenty with the reason
public record RedrivePreview(
    long matched,
    long sendable,
    SequencedMap<String, Long> groups,
    List<LetterEntry> first,
    long expired,
    RefusedLetters refused) {

  public RedrivePreview {
    first = List.copyOf(first);
  }
}
