package dev.phaseline.systemtests.arch.planted.worker;

import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/// What a worker must not do.
public final class Planted {
  private Planted() {}

  /// The broker would accept this unfenced.
  public static final class GroupIdOnly {
    /// Makes it.
    @SuppressWarnings("removal")
    public ConsumerGroupMetadata metadata() {
      return new ConsumerGroupMetadata("group");
    }
  }
}
