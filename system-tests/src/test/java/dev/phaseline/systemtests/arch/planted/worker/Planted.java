package dev.phaseline.systemtests.arch.planted.worker;

import dev.phaseline.systemtests.arch.planted.core.engine.Settings;
import dev.phaseline.systemtests.arch.planted.worker.room.Room;
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

  /// A user would have to make a type of the engine.
  public static final class TakesTheEngine {
    /// Takes it.
    public void commit(Settings settings) {}
  }

  /// A user would get a type that is internal to the module.
  public static final class GivesARoom {
    /// Gives it.
    public Room room() {
      return new Room();
    }
  }

  /// A user would get a type of the engine.
  public static final class GivesTheEngine {
    /// Gives it.
    public Settings commit() {
      return new Settings();
    }
  }
}
