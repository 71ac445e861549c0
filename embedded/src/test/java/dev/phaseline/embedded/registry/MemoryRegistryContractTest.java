package dev.phaseline.embedded.registry;

import java.net.URI;
import org.junit.jupiter.api.AfterAll;

final class MemoryRegistryContractTest extends RegistryContract {
  private static final EmbeddedRegistry REGISTRY = EmbeddedRegistry.inMemory(0);

  @Override
  URI url() {
    return REGISTRY.url();
  }

  @AfterAll
  static void stop() {
    REGISTRY.close();
  }
}
