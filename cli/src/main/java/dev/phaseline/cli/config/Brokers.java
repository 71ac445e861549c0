package dev.phaseline.cli.config;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.RootCause;
import dev.phaseline.server.ServerConfig;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/// Check that a cluster answers, and its size.
public final class Brokers {
  private static final long SECONDS_MAX = 15;

  private Brokers() {}

  /// Finds out whether there is one.
  ///
  /// @throws CommandFailure when none answers, or Kafka's settings can't be used
  public static void check(ServerConfig config) {
    try (var admin = Admin.create(config.kafka())) {
      count(admin, config);
    } catch (KafkaException unusable) {
      throw unusable(unusable);
    }
  }

  /// The names of all topics.
  ///
  /// @throws CommandFailure when no broker answers, or Kafka's settings can't be used
  static Set<String> topics(ServerConfig config) {
    try (var admin = Admin.create(config.kafka())) {
      var options = new ListTopicsOptions().timeoutMs((int) TimeUnit.SECONDS.toMillis(SECONDS_MAX));
      return answer(admin.listTopics(options).names(), config);
    } catch (KafkaException unusable) {
      throw unusable(unusable);
    }
  }

  /// Failure for settings of which no client can be made.
  public static CommandFailure unusable(KafkaException settings) {
    return CommandFailure.of(
        "can't use the Kafka client settings: " + RootCause.deepest(settings), settings);
  }

  /// Number of brokers.
  ///
  /// @throws CommandFailure when none answers
  public static int count(Admin admin, ServerConfig config) {
    // The client itself gives up then too: closing one waits for what it still asks.
    var options =
        new DescribeClusterOptions().timeoutMs((int) TimeUnit.SECONDS.toMillis(SECONDS_MAX));
    return answer(admin.describeCluster(options).nodes(), config).size();
  }

  private static <T> T answer(KafkaFuture<T> asked, ServerConfig config) {
    try {
      return asked.get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException silent) {
      throw CommandFailure.of(
          "no broker answers at "
              + config.bootstrapServers()
              + " within "
              + SECONDS_MAX
              + " s; is it running, and is the address right?",
          silent);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of("interrupted while asking for the brokers", stop);
    }
  }
}
