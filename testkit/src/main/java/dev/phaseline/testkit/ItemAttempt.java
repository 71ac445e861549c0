package dev.phaseline.testkit;

import dev.phaseline.core.FailedAttempt;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.run.Arrival;
import dev.phaseline.core.run.EmissionFactory;
import dev.phaseline.core.run.Saga;
import dev.phaseline.core.run.Target;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.RecordSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One attempt at an item of the driver, for its phase's program. What leaves the phase has the
/// headers and the size that it has on a broker; there are no topics, so there is room for
/// anything.
///
/// @param item the item
/// @param phase the phase that it is in
/// @param context the handler's
record ItemAttempt(Item item, String phase, PhaseContext context)
    implements Arrival, EmissionFactory<Emission> {

  @Override
  public byte[] payload() {
    return item.value;
  }

  @Override
  public byte @Nullable [] keyBytes() {
    return item.key;
  }

  @Override
  public boolean isHandedOn() {
    return item.headers.identity().parent() != null;
  }

  @Override
  public int version() {
    return item.version;
  }

  @Override
  public Saga saga() {
    return item.saga();
  }

  @Override
  public List<FailedAttempt> history() {
    return item.failures;
  }

  @Override
  public void begins() {
    // nothing to note
  }

  @Override
  public Emission forward(Target<?> to, byte @Nullable [] key, byte[] payload, Saga saga) {
    return new Emission(to.phase().name(), to.version(), false, onwards(saga), key, payload);
  }

  @Override
  public Emission child(
      Target<?> to, String path, int siblings, byte @Nullable [] key, byte[] payload) {
    var headers = childOf(path, siblings);
    return new Emission(to.phase().name(), to.version(), false, headers, key, payload);
  }

  @Override
  public Emission rekeyed(Target<?> same, int version, byte @Nullable [] key) {
    return new Emission(phase, version, true, item.headers.forNext(parent()), key, item.value);
  }

  @Override
  public Emission end(int version, byte @Nullable [] result) {
    return new Emission(null, version, false, item.headers.forNext(parent()), item.key, result);
  }

  @Override
  public Emission compensated(int version, Saga saga) {
    return new Emission(null, version, false, onwards(saga), item.key, null);
  }

  private ItemHeaders onwards(Saga saga) {
    var text = new ItemHeaders.Saga(saga.finished(), saga.compensating(), saga.reroutes());
    return item.headers.forNext(parent()).withSaga(text);
  }

  private ItemHeaders childOf(String path, int siblings) {
    var identity = item.headers.identity();
    var child =
        new ItemHeaders.Identity(identity.jobId(), path, siblings, identity.generation(), parent());
    return new ItemHeaders(
        child, ItemHeaders.Attempts.NONE, item.headers.job(), item.headers.trace());
  }

  /// The driver's topics have one partition.
  private RecordRef parent() {
    return new RecordRef(phase, 0, item.offset);
  }

  @Override
  public long bytes(Emission made) {
    return RecordSize.of(made.key(), made.value(), made.headers());
  }

  @Override
  public long room(String topic, long wanted) {
    return Long.MAX_VALUE;
  }
}
