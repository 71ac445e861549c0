package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import dev.phaseline.embedded.BrokerProcess;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The rig of a bench: one broker in a JVM of its own, and a JVM for each contender, kept from
/// round to round so that none is measured cold. Everything is in one folder that goes with it. Not
/// thread-safe.
final class Rig implements AutoCloseable {
  /// The time that the broker waits for a silent worker; the `restart` bench measures by it.
  static final int SESSION_TIMEOUT_MS = 10_000;

  private static final Duration LEADERS = Duration.ofSeconds(30);
  private static final List<String> BROKER_JVM = List.of("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC");

  private final Path folder;
  private final List<String> childJvm;
  private final BrokerProcess broker;
  private final Admin admin;
  private final Map<Contenders, Child> children = new EnumMap<>(Contenders.class);
  private int courses;
  private boolean keep;
  private boolean closed;

  private Rig(Path folder, List<String> childJvm, BrokerProcess broker) {
    this.folder = folder;
    this.childJvm = List.copyOf(childJvm);
    this.broker = broker;
    this.admin = Admin.create(new HashMap<>(broker.clientConfig()));
    // Ctrl-C must not leave gigabytes in the temporary folder.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "rig-close"));
  }

  /// Starts the broker.
  ///
  /// @param childJvm what every contender's JVM is given
  static Rig start(List<String> childJvm) {
    try {
      var folder = Files.createTempDirectory("phaseline-bench");
      var config =
          EmbeddedBroker.Config.in(folder.resolve("broker"))
              .withProperties(
                  Map.of(
                      "group.consumer.session.timeout.ms",
                      Integer.toString(SESSION_TIMEOUT_MS),
                      "log.segment.delete.delay.ms",
                      "1000"));
      return new Rig(folder, childJvm, BrokerProcess.start(config, BROKER_JVM));
    } catch (IOException e) {
      throw new UncheckedIOException("can't make a folder for the bench", e);
    }
  }

  Admin admin() {
    return admin;
  }

  Map<String, Object> clientConfig() {
    return new HashMap<>(broker.clientConfig());
  }

  Path folder() {
    return folder;
  }

  /// The contender's JVM, started when it is first asked for.
  Child child(Contenders who) {
    var present = children.get(who);
    if (present != null && present.isAlive()) return present;
    var made = newChild(who);
    children.put(who, made);
    return made;
  }

  /// Another JVM of a contender, the caller's to close.
  Child newChild(Contenders who) {
    return Child.start(who, folder, childJvm);
  }

  /// Topics that nobody has used, all of them ready.
  Course course(int phases, int concurrency, int partitions) {
    courses++;
    var course =
        new Course(broker.bootstrapServers(), "b" + courses, phases, concurrency, "one", "", "");
    var topics = new ArrayList<NewTopic>();
    for (var name : course.topics()) topics.add(new NewTopic(name, partitions, (short) 1));
    topics.add(new NewTopic(dead(course), 1, (short) 1));
    create(topics);
    return course;
  }

  /// A course with the topics that a scheduler needs; its timers go to the sink.
  Course timerCourse(int partitions, int timerPartitions) {
    var course = course(1, 1, partitions);
    var names = new TopicNames(course.namespace());
    var dead =
        new NewTopic(names.timersDead(), timerPartitions, (short) 1)
            .configs(Map.of("max.message.bytes", Integer.toString(2 << 20)));
    create(
        List.of(
            new NewTopic(names.timers(), timerPartitions, (short) 1),
            dead,
            new NewTopic(names.schedules(), timerPartitions, (short) 1),
            new NewTopic(names.scheduleStatus(), timerPartitions, (short) 1),
            new NewTopic(names.scheduleRuns(), timerPartitions, (short) 1),
            new NewTopic(names.scheduleEnds(), timerPartitions, (short) 1),
            new NewTopic(names.jobs(), timerPartitions, (short) 1)));
    return course;
  }

  /// A course with the topics that a scheduler needs; jobs of schedules go to a phase of their own.
  Course scheduleCourse(int partitions, int timerPartitions) {
    var course = timerCourse(partitions, timerPartitions);
    var jobs = new TopicNames(course.namespace()).phase(ScheduleFlow.PIPELINE, ScheduleFlow.PHASE);
    create(List.of(new NewTopic(jobs, partitions, (short) 1)));
    return course;
  }

  /// A course with the topics that a tracker needs.
  Course trackedCourse(int phases, int concurrency, int partitions) {
    var course = course(phases, concurrency, partitions);
    var names = new TopicNames(course.namespace());
    create(
        List.of(
            new NewTopic(names.timers(), partitions, (short) 1),
            new NewTopic(names.jobs(), partitions, (short) 1)));
    return course;
  }

  /// A course with the topics that commands need.
  Course controlledCourse(int concurrency, int partitions) {
    var course = course(1, concurrency, partitions);
    var names = new TopicNames(course.namespace());
    var report = new TopicSetup(admin, names, TopicSettings.SINGLE).ensureControl();
    if (!report.ok()) throw new BenchException("can't create topics: " + report.problems());
    return course;
  }

  private void create(List<NewTopic> topics) {
    try {
      admin.createTopics(topics).all().get();
      awaitLeaders(topics);
    } catch (ExecutionException refused) {
      throw new BenchException("can't create topics: " + refused.getCause(), refused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /// A topic that was just made may have no leader yet; a producer that meets it then can be
  /// refused for minutes.
  private void awaitLeaders(List<NewTopic> topics) throws ExecutionException, InterruptedException {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (var topic : topics) {
      for (var p = 0; p < topic.numPartitions(); p++) {
        asked.put(new TopicPartition(topic.name(), p), OffsetSpec.latest());
      }
    }
    var deadline = System.nanoTime() + LEADERS.toNanos();
    while (true) {
      try {
        admin.listOffsets(asked).all().get();
        return;
      } catch (ExecutionException e) {
        var notYet = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!notYet || System.nanoTime() > deadline) throw e;
        Thread.sleep(50);
      }
    }
  }

  /// Deletes a course's topics: the next contender shall have the disk cache to itself.
  void drop(Course course) {
    var names = new ArrayList<>(course.topics());
    names.add(dead(course));
    delete(names);
  }

  /// Deletes all topics of a course's namespace, also those that others made.
  void dropAll(Course course) {
    try {
      var prefix = course.namespace() + '.';
      var names = new ArrayList<>(admin.listTopics().names().get());
      names.removeIf(name -> !name.startsWith(prefix));
      delete(names);
    } catch (ExecutionException refused) {
      throw new BenchException("can't list topics: " + refused.getCause(), refused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void delete(List<String> names) {
    try {
      admin.deleteTopics(names).all().get();
    } catch (ExecutionException refused) {
      throw new BenchException("can't delete topics: " + refused.getCause(), refused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String dead(Course course) {
    return new TopicNames(course.namespace()).dead(Course.PIPELINE);
  }

  /// Leaves the folder with its logs: something has to be looked into.
  void keepFolder() {
    keep = true;
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    children.values().forEach(Child::close);
    admin.close();
    broker.close();
    if (keep) return;
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete " + folder, e);
    }
  }
}
