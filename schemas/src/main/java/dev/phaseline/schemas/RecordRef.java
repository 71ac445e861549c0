package dev.phaseline.schemas;

import org.jspecify.annotations.Nullable;

/// A record of a pipeline as the header `pl-parent` names it: `phase/partition/offset`. One form
/// for all who write and follow the header, because a reader with a leniency of its own takes for a
/// submitted item what another one follows. Immutable.
///
/// @param phase the last part of the topic's name: a phase, `done` or `dead`; 1 to 100 characters,
///   no `/`
/// @param partition of the topic, from 0
/// @param offset in the partition, from 0
public record RecordRef(String phase, int partition, long offset) {
  private static final int PHASE_CHARS_MAX = 100;
  private static final char SEPARATOR = '/';

  public RecordRef {
    if (!isPhase(phase)) {
      throw new IllegalArgumentException(
          "phase is not 1 to 100 characters without '/': " + HeaderText.clip(phase));
    }
    if (partition < 0) throw new IllegalArgumentException("partition < 0: " + partition);
    if (offset < 0) throw new IllegalArgumentException("offset < 0: " + offset);
  }

  /// The record that this text names; null when it names none.
  public static @Nullable RecordRef parse(@Nullable String text) {
    if (text == null) return null;
    var last = text.lastIndexOf(SEPARATOR);
    var first = text.lastIndexOf(SEPARATOR, last - 1);
    if (first < 1) return null;
    var phase = text.substring(0, first);
    var partition = Numbers.read(text, first + 1, last, Integer.MAX_VALUE);
    var offset = Numbers.read(text, last + 1, text.length(), Long.MAX_VALUE);
    if (partition < 0 || offset < 0 || !isPhase(phase)) return null;
    return new RecordRef(phase, (int) partition, offset);
  }

  /// The record that this text names.
  ///
  /// @throws IllegalArgumentException when it names none
  public static RecordRef valueOf(String text) {
    var ref = parse(text);
    if (ref == null) {
      throw new IllegalArgumentException(
          "'" + HeaderText.clip(text) + "' names no record like phase/partition/offset");
    }
    return ref;
  }

  /// As the header holds it; [#parse] reads it.
  @Override
  public String toString() {
    return phase + SEPARATOR + partition + SEPARATOR + offset;
  }

  private static boolean isPhase(String text) {
    return !text.isEmpty() && text.length() <= PHASE_CHARS_MAX && text.indexOf(SEPARATOR) < 0;
  }
}
