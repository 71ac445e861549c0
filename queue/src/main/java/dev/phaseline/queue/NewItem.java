package dev.phaseline.queue;

/// Item that is to be created. Immutable if its data is.
///
/// @param <T> the item's data
/// @param data what it holds
/// @param options id, headers, delay
public record NewItem<T>(T data, ItemOptions options) {
  /// An item that is available at once, under a new id.
  ///
  /// @param <T> the item's data
  public static <T> NewItem<T> of(T data) {
    return new NewItem<>(data, ItemOptions.DEFAULT);
  }
}
