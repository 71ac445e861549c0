package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Progress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One lane's ownership of one partition, from the callback that gave it to the one that took it.
final class Tenure {
  /// One item's way through a tenure.
  static final class Course {
    final SimItem item;
    final Tenure tenure;
    int next; // the number that the next attempt must have
    long notBefore = Long.MIN_VALUE; // when it may start at the earliest
    boolean held; // delivered, and its settlement is not committed
    long since; // when it was delivered
    boolean overtakable; // by the policy, later items of its key may go before it
    boolean refused; // its last failure is final by rule
    boolean isAsked; // its failure handler was called
    boolean settled; // the lane has taken in its result, or made it a dead letter
    boolean done; // a result was reported that ends its turn in the order of its key
    boolean endsCancelled; // its lane knew that its job is cancelled when it took in a result
    long unpublished; // bytes of its result, until it is committed
    @Nullable Run active;

    Course(SimItem item, Tenure tenure) {
      this.item = item;
      this.tenure = tenure;
      this.next = item.attempt();
    }

    @Override
    public String toString() {
      return item.toString();
    }
  }

  /// One run of a handler.
  static final class Run {
    final long id;
    final Course course;
    final Attempt attempt;
    boolean abandoned;
    @Nullable AttemptResult result;
    long startedAt; // by its process's clock
    long endedAt;
    long signedAt; // by its process's clock

    Run(long id, Course course, Attempt attempt) {
      this.id = id;
      this.course = course;
      this.attempt = attempt;
    }

    SimItem item() {
      return course.item;
    }

    int number() {
      return attempt.number();
    }

    /// Whether it calls the failure handler.
    boolean isOfFailureHandler() {
      return attempt.lastFailure() != null;
    }

    @Override
    public String toString() {
      return course.item + " attempt " + attempt.number();
    }
  }

  final SimLane lane;
  final int partition;
  final Progress inherited;
  final Map<Integer, Course> courses = new HashMap<>(); // by the item's place
  @Nullable Progress said; // what this owner has committed last
  boolean open = true;

  /// @param inherited what was committed when it began
  Tenure(SimLane lane, int partition, Progress inherited) {
    this.lane = lane;
    this.inherited = inherited;
    this.partition = partition;
  }

  Course course(SimItem item) {
    return courses.computeIfAbsent(item.index(), _ -> new Course(item, this));
  }

  /// The name of its start.
  String startOf(SimItem item) {
    var last = said;
    if (last == null || !last.quarantine().trial().contains(item.offset())) return "start";
    return last.quarantine().trial().isAlone() ? "starts alone" : "starts on trial";
  }

  @Override
  public String toString() {
    return "lane " + lane.id + " on p" + partition;
  }
}
