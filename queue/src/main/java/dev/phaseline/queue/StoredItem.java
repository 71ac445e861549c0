package dev.phaseline.queue;

import java.util.Map;

/// An item as a store keeps it: data as bytes, all limits checked. Its array is shared and must not
/// be changed.
///
/// @param id valid under [QueueRules#checkId]
/// @param headers text by name
/// @param payload the encoded data
@SuppressWarnings("ArrayRecordComponent") // never compared, and a copy for each item would cost
public record StoredItem(String id, Map<String, String> headers, byte[] payload) {
  public StoredItem {
    headers = Map.copyOf(headers);
  }

  /// Id and size, without the data, which may be secret.
  @Override
  public String toString() {
    return "StoredItem[" + id + ", " + payload.length + " bytes]";
  }
}
