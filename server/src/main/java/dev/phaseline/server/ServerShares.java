package dev.phaseline.server;

import dev.phaseline.core.PhaseOptions;
import dev.phaseline.server.ServerConfig.Sharing;
import dev.phaseline.worker.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Division of a server's limits among its phases, by weight. A phase gets no more than it
/// declares; the rest of its share goes to the others. One on standby has no share of the handlers:
/// its number is set live. The division is fixed at the start: what a phase leaves idle is not
/// lent, so the sum never exceeds the limit, whatever happens at once. Stateless.
final class ServerShares {
  private ServerShares() {}

  /// A phase and its weight.
  record Weighted(Placement placement, int weight) {}

  /// The placements within the server's limits.
  ///
  /// @throws ServerConfigException when a limit is too small for what the phases need at least
  static List<Placement> divide(List<Weighted> phases, Sharing sharing) {
    var result = new ArrayList<>(phases);
    sharing.capacity().ifPresent(capacity -> permits(result, capacity));
    sharing.memoryBytes().ifPresent(bytes -> memory(result, bytes));
    return result.stream().map(Weighted::placement).toList();
  }

  private static void permits(List<Weighted> phases, int capacity) {
    var shares = new int[phases.size()];
    var left = capacity;
    for (var i = 0; i < shares.length; i++) {
      if (phases.get(i).placement().standby()) continue;
      shares[i] = phases.get(i).placement().lanes(); // each lane has at least one
      left -= shares[i];
    }
    if (left < 0) {
      throw new ServerConfigException(
          "capacity "
              + capacity
              + " is less than one handler for each of the "
              + (capacity - left)
              + " lanes of this server: raise it, or run fewer phases here");
    }
    for (; left > 0; left--) {
      var next = poorest(phases, shares);
      if (next < 0) break; // all have what they declare
      shares[next]++;
    }
    for (var i = 0; i < shares.length; i++) {
      var share = shares[i];
      if (phases.get(i).placement().standby()) continue;
      phases.set(i, with(phases.get(i), options -> concurrency(options, share)));
    }
  }

  /// The phase with the least for its weight that may have more; -1 when there is none.
  private static int poorest(List<Weighted> phases, int[] shares) {
    var poorest = -1;
    for (var i = 0; i < shares.length; i++) {
      var placement = phases.get(i).placement();
      if (placement.standby() || shares[i] >= placement.options().concurrency()) continue;
      if (poorest < 0
          || (long) shares[i] * phases.get(poorest).weight()
              < (long) shares[poorest] * phases.get(i).weight()) {
        poorest = i;
      }
    }
    return poorest;
  }

  private static PhaseOptions concurrency(PhaseOptions options, int permits) {
    if (options.concurrency() == permits) return options;
    return options.autoConcurrency()
        ? options.withAutoConcurrency(permits)
        : options.withConcurrency(permits);
  }

  /// Bytes in flight are bounded for each lane.
  private static void memory(List<Weighted> phases, long bytes) {
    var weights = phases.stream().mapToLong(Weighted::weight).sum();
    for (var i = 0; i < phases.size(); i++) {
      var each = phases.get(i);
      var lane = bytes / weights * each.weight() / each.placement().lanes();
      var limits = each.placement().options().limits();
      if (lane < limits.payloadBytesMax()) {
        throw new ServerConfigException(
            String.format(
                Locale.ROOT,
                "memory leaves %,d bytes for a lane of %s.%s, less than one payload of it (%,d):"
                    + " raise memory or its weight, or run fewer phases here",
                lane,
                each.placement().pipeline().name(),
                each.placement().phase(),
                limits.payloadBytesMax()));
      }
      if (lane >= limits.inFlightBytesMax()) continue;
      var bounded =
          new PhaseOptions.Limits(
              limits.payloadBytesMax(),
              limits.fanOutMax(),
              limits.fanOutBytesMax(),
              limits.inFlightItemsMax(),
              lane);
      phases.set(i, with(each, options -> options.withLimits(bounded)));
    }
  }

  private static Weighted with(Weighted each, UnaryOperator<PhaseOptions> change) {
    var was = each.placement();
    return new Weighted(was.withOptions(change.apply(was.options())), each.weight());
  }
}
