package dev.phaseline.cli.queue;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.config.ClusterOptions;
import dev.phaseline.cli.config.CommonOptions;
import dev.phaseline.cli.config.Logs;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.core.Codec;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.QueueException;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.QueueRules;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.UnknownQueueException;
import dev.phaseline.queue.kafka.KafkaQueueSettings;
import dev.phaseline.queue.kafka.KafkaQueues;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.TopicSettings;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Options and failures common to all commands about queues: the cluster and the form of the
/// output.
final class QueueSite {
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "Print JSON, one object a line.")
  private boolean json;

  boolean json() {
    return json;
  }

  /// Work on all queues of a cluster, which may fail in any way.
  interface Work<T> {
    T with(Queues queues) throws Exception;
  }

  /// Work on one queue, which may fail in any way.
  interface QueueWork<T> {
    T with(JobQueue<byte[]> queue) throws Exception;
  }

  /// The cluster.
  ///
  /// @throws CommandFailure when it is not given, or no broker answers there
  ServerConfig config(CommandSpec spec) {
    Logs.toConsole(common.verbose(), _ -> {}); // what is wrong is said once, by us
    var config = cluster.config(spec);
    config.bootstrapServers();
    Brokers.check(config);
    return config;
  }

  /// Runs the work; a failure of the cluster becomes one clear line of the command.
  <T> T withAll(ServerConfig config, Work<T> work) {
    return saying(
        () -> {
          try (var queues = open(config)) {
            return work.with(queues);
          }
        });
  }

  /// Runs the work with a queue that must exist; a failure becomes one clear line of the command.
  <T> T with(CommandSpec spec, String name, QueueOptions options, QueueWork<T> work) {
    checkName(name);
    return withAll(
        config(spec),
        queues -> {
          try (var queue = queues.open(name, Codec.bytes(), options)) {
            return work.with(queue);
          } catch (UnknownQueueException unknown) {
            var known = queues.names();
            if (known.isEmpty()) {
              throw CommandFailure.usage(
                  "there is no queue '" + name + "'; create it with `phaseline queue create`");
            }
            throw CommandFailure.usage(
                "there is no queue '" + name + "'; " + NearNames.remedy(name, known));
          }
        });
  }

  static void checkName(String name) {
    try {
      QueueRules.checkName(name);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(String.valueOf(wrong.getMessage()));
    }
  }

  private static Queues open(ServerConfig config) {
    var settings = KafkaQueueSettings.DEFAULT.withNames(config.names());
    return KafkaQueues.connect(config.kafka(), settings);
  }

  /// Runs the work; a failure of the cluster becomes one clear line of the command.
  ///
  /// @throws CommandFailure for everything that can be wrong outside
  static <T> T saying(Callable<T> work) {
    try {
      return work.call();
    } catch (CommandFailure said) {
      throw said;
    } catch (IllegalArgumentException refused) {
      throw CommandFailure.usage(String.valueOf(refused.getMessage()));
    } catch (QueueException | ClusterException failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    } catch (KafkaException unusable) {
      throw Brokers.unusable(unusable);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of("interrupted", stop);
    } catch (RuntimeException ours) {
      throw ours;
    } catch (Exception failed) {
      throw CommandFailure.of(String.valueOf(failed.getMessage()), failed);
    }
  }

  /// Settings for topics that are made.
  static TopicSettings topics(int partitions, int copies) {
    return TopicSettings.SINGLE
        .withPartitions(partitions)
        .withReplication(copies, Math.max(1, copies - 1));
  }
}
