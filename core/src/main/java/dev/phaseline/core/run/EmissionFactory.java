package dev.phaseline.core.run;

import org.jspecify.annotations.Nullable;

/// Factory of the records that leave a phase for one item, and their sizes: a transport's side of
/// an attempt. Nothing is sent from here. Used by the thread that runs the attempt; no method
/// throws.
///
/// @param <E> what is made: a record, say
public interface EmissionFactory<E> {
  /// The item going on to a phase, which may be the one that it is in, under the target's version.
  ///
  /// @param key null for none
  /// @param saga what travels with it from there on
  E forward(Target<?> to, byte @Nullable [] key, byte[] payload, Saga saga);

  /// One of the children that the item is split into, under the target's version. A saga of its own
  /// begins with it.
  ///
  /// @param path the child's place in its job, `/3/0`
  /// @param siblings how many children there are
  /// @param key null for none
  E child(Target<?> to, String path, int siblings, byte @Nullable [] key, byte[] payload);

  /// The item as it came, for the phase that it is in, under the key of its payload.
  ///
  /// @param version the version of its payload, which is not the target's before a migration
  /// @param key null for none
  E rekeyed(Target<?> same, int version, byte @Nullable [] key);

  /// The item's end, under the key that it came with.
  ///
  /// @param version the version under which it ended
  /// @param result null for none
  E end(int version, byte @Nullable [] result);

  /// The item's end, all that it had finished being undone, under the key that it came with.
  ///
  /// @param version the version under which it ended
  /// @param saga which phase asked for that, and why
  E compensated(int version, Saga saga);

  /// Number of bytes that this takes, with key, headers and frame: never less than its topic counts
  /// for it.
  long bytes(E made);

  /// The most bytes that one may have for this topic. What was known before is looked up anew when
  /// it is less than what is wanted.
  ///
  /// @param wanted how many there are
  long room(String topic, long wanted);
}
