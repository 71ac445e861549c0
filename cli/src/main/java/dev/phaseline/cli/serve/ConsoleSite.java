package dev.phaseline.cli.serve;

import dev.phaseline.cli.config.Brokers;
import dev.phaseline.cli.schedule.ScheduleDefinitions;
import dev.phaseline.cli.submit.ConsoleEntry;
import dev.phaseline.cli.submit.EntryLookup;
import dev.phaseline.cli.submit.PipelineEntries;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.ops.console.Console;
import dev.phaseline.ops.console.ConsoleConfig;
import dev.phaseline.ops.console.ConsoleException;
import dev.phaseline.ops.console.ConsoleNotes;
import dev.phaseline.ops.console.ConsoleParts;
import dev.phaseline.ops.console.KafkaCommands;
import dev.phaseline.ops.console.KafkaLetters;
import dev.phaseline.ops.console.KafkaSchedules;
import dev.phaseline.ops.console.KafkaTransactions;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.ops.tracker.StatusSource;
import dev.phaseline.schemas.registry.HttpSchemaRegistry;
import dev.phaseline.server.Pipelines;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.topics.ClusterException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.kafka.common.KafkaException;

/// A console and what it needs of a cluster, started and closed together. For one thread.
final class ConsoleSite implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private ConsoleSite() {}

  /// Starts it.
  ///
  /// @param status who tells of jobs
  /// @throws CommandFailure naming what can't be had
  static Started start(
      ServerConfig config, Pipelines pipelines, ConsoleConfig console, StatusSource status) {
    var site = new ConsoleSite();
    try {
      return new Started(site, site.open(config, pipelines, console, status));
    } catch (ConsoleException wrong) {
      site.close();
      throw CommandFailure.of(String.valueOf(wrong.getMessage()), wrong);
    } catch (ClusterException failed) {
      site.close();
      throw CommandFailure.of("the console can't start: " + failed.getMessage(), failed);
    } catch (KafkaException unusable) {
      site.close();
      throw Brokers.unusable(unusable);
    } catch (RuntimeException failed) {
      site.close();
      throw failed;
    }
  }

  /// A console that runs.
  ///
  /// @param site what is closed with it
  /// @param console itself
  record Started(ConsoleSite site, Console console) implements AutoCloseable {
    @Override
    public void close() {
      site.close();
    }
  }

  private Console open(
      ServerConfig config, Pipelines pipelines, ConsoleConfig console, StatusSource status) {
    SequencedMap<String, List<String>> phases = new LinkedHashMap<>();
    for (var pipeline : pipelines.all()) phases.put(pipeline.name(), pipeline.phaseNames());
    var letters =
        opened(new KafkaLetters(config.kafka(), config.names(), phases, payloads(config)));
    var commands = opened(KafkaCommands.open(config.kafka(), config.names()));
    var transactions = new KafkaTransactions(config.kafka(), config.names());
    var jobs = opened(ConsoleEntry.open(config, pipelines));
    var schedules = opened(schedules(config, pipelines));
    var queues = opened(ConsoleQueues.open(config.kafka(), config.names()));
    var notes = opened(ConsoleNotes.open(config.kafka(), config.names()));
    var parts =
        new ConsoleParts(
            phases, status, letters, commands, transactions, jobs, schedules, queues, notes);
    return opened(Console.start(console, parts));
  }

  private KafkaSchedules schedules(ServerConfig config, Pipelines pipelines) {
    var definitions =
        new ScheduleDefinitions(
            opened(PipelineEntries.of(config)),
            (pipeline, phase) -> EntryLookup.of(pipelines.find(pipeline), phase));
    return new KafkaSchedules(ScheduleClient.open(config.kafka(), config.names()), definitions);
  }

  private Payloads payloads(ServerConfig config) {
    if (!config.settings().containsKey(ServerConfig.REGISTRY)) return Payloads.plain();
    return Payloads.with(opened(HttpSchemaRegistry.of(config.settings())));
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.push(one);
    return one;
  }

  /// The last opened first.
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (RuntimeException failed) {
        throw failed;
      } catch (Exception failed) {
        throw CommandFailure.of("the console can't be closed: " + failed.getMessage(), failed);
      }
    }
  }
}
