package dev.phaseline.embedded;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/// Keeps Kafka from ending the process.
///
/// A broker whose disk fails calls `Runtime.halt`: right for a server that is nothing but a broker,
/// wrong for one that lives inside somebody's tests. While an embedded broker runs, such a call
/// fails that broker instead. Kafka has one switch for the whole process, so with several brokers
/// in it, all of them fail.
final class KafkaExits {
  private static final Set<BrokerNode> RUNNING = ConcurrentHashMap.newKeySet();

  private KafkaExits() {}

  static void guard(BrokerNode node) {
    RUNNING.add(node);
    Exit.setExitProcedure(
        (status, message) -> {
          if (failAll("exit", status, message)) return;
          Runtime.getRuntime().exit(status);
        });
    Exit.setHaltProcedure(
        (status, message) -> {
          if (failAll("halt", status, message)) return;
          Runtime.getRuntime().halt(status);
        });
  }

  static void release(BrokerNode node) {
    RUNNING.remove(node);
  }

  private static boolean failAll(String verb, int status, @Nullable String message) {
    var nodes = Set.copyOf(RUNNING);
    var what = "Kafka wants to " + verb + " with status " + status;
    if (message != null) what += " (" + message + ")";
    for (var node : nodes) node.failed(what, null);
    return !nodes.isEmpty();
  }
}
