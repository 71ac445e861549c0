package dev.phaseline.embedded.registry;

import java.util.List;

/// Storage of the registry's entries. Used by one thread at a time.
interface RegistryStore extends AutoCloseable {

  /// Takes the store over and reads all that was ever appended, in order. What another owner was
  /// about to append is either among it or will never be.
  ///
  /// @throws StoreException when the store can't be reached or holds something else
  List<StoredEntry> load();

  /// Appends these entries, all or none, and returns when they are safe.
  ///
  /// @throws StoreException when it is not known whether they are; [#load] then tells
  void append(List<StoredEntry> entries);

  /// Frees what the store holds open. A second call does nothing.
  @Override
  void close();
}
