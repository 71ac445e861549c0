package dev.phaseline.worker.item;

import dev.phaseline.core.run.Saga;
import dev.phaseline.schemas.ItemHeaders;

/// Conversion of an item's saga between its headers and the program of its phase. Stateless.
final class SagaHeaders {
  private SagaHeaders() {}

  static Saga read(ItemHeaders.Saga text) {
    return text.equals(ItemHeaders.Saga.NONE)
        ? Saga.NONE
        : new Saga(text.finished(), text.compensating(), text.reroutes());
  }

  static ItemHeaders.Saga of(Saga saga) {
    return new ItemHeaders.Saga(saga.finished(), saga.compensating(), saga.reroutes());
  }
}
