package dev.phaseline.testkit.sim;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// A handler that runs is given up when it was silent for longer than its timeout, not before,
/// however long it runs; unless its partition goes away.
final class SignsOfLife implements Guarantee {
  private final World world;
  private final long timeoutNanos;
  private final Set<Tenure> going = new HashSet<>();

  SignsOfLife(World world, Scenario scenario) {
    this.world = world;
    this.timeoutNanos = scenario.settings().options().timeout().toNanos();
  }

  @Override
  public String name() {
    return "signs-of-life";
  }

  @Override
  public void abandoned(Tenure.Run run) {
    var silent = world.clock() - run.signedAt;
    if (silent > timeoutNanos || going.contains(run.course.tenure)) return;
    throw broken(run + " is given up after " + silent + " ns of silence, not " + timeoutNanos);
  }

  @Override
  public void revoking(SimLane lane, Collection<Tenure> tenures) {
    going.addAll(tenures);
  }

  @Override
  public void revoked(SimLane lane, Collection<Tenure> tenures) {
    going.removeAll(tenures);
  }

  @Override
  public void lost(Tenure tenure) {
    going.add(tenure);
  }
}
