package dev.phaseline.testkit.sim;

/// A lane that has obeyed a pause starts nothing, one that has obeyed a cancellation starts nothing
/// of the job, and what comes of its items from when it knows is "cancelled"; nobody else's end so.
final class Obedience implements Guarantee {
  private final SimControl control;

  Obedience(SimControl control) {
    this.control = control;
  }

  @Override
  public String name() {
    return "obedience";
  }

  @Override
  public void started(Tenure.Run run) {
    var lane = run.course.tenure.lane;
    if (lane.obeyed().paused()) throw broken(run + " starts while its phase is paused");
    if (lane.obeyed().cancels(run.item())) throw broken(run + " starts, but its job is cancelled");
  }

  @Override
  public void drained(Tenure.Run run) {
    if (!run.abandoned && run.course.tenure.lane.heard().cancels(run.item())) {
      run.course.endsCancelled = true;
    }
  }

  /// Gives a run up at its timeout; it does not come back.
  @Override
  public void abandoned(Tenure.Run run) {
    if (run.course.tenure.lane.heard().cancels(run.item())) run.course.endsCancelled = true;
  }

  @Override
  public void decided(SimTransactions.Transaction transaction) {
    for (var made : transaction.made()) {
      var item = made.item();
      if (made.cancelled()) {
        if (control.now().cancels(item)) continue;
        throw broken(item + " ends as cancelled, but nobody has cancelled its job");
      }
      var tenure = transaction.lane().tenure(item.partition());
      if (tenure != null && tenure.course(item).endsCancelled) {
        throw broken(item + " ends otherwise, but its lane knew that its job is cancelled");
      }
    }
  }
}
