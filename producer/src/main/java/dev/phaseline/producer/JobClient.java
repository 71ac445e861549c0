package dev.phaseline.producer;

import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Submits jobs.
///
/// ```java
/// var greetings = JobType.text("hello", "greet");
/// try (var jobs = JobClient.connect(Map.of("bootstrap.servers", "127.0.0.1:9092"))) {
///   var receipt = jobs.submitAndWait(greetings, JobRequest.withId("greet-42", "world"));
/// }
/// ```
///
/// Guarantees: an acknowledged job is in Kafka once, on all replicas that must have it (idempotent
/// producer, `acks=all`; settings that would take this away are refused). A request that is refused
/// by [SubmitFailure]'s certain kinds is not in Kafka. Whatever is wrong with a single request is
/// found before Kafka sees it, so it never harms the caller's transaction.
///
/// Back-pressure: records wait in a buffer of `buffer.memory` bytes (32 MiB by default); when it is
/// full, or when nothing is known about the topic yet, `submit` blocks the caller for at most
/// `max.block.ms` (15 s by default) and then fails. What is in the buffer, Kafka tries to send for
/// `delivery.timeout.ms` (2 minutes by default), through broker restarts too; for as long,
/// `submitAll` waits for room and for brokers that were there before.
///
/// Futures complete on the producer's only network thread: don't block in what hangs on them, use
/// the `...Async` methods for that.
///
/// Thread-safe, with the caller's producer as far as that is.
public final class JobClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobClient.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(30);

  /// Settings of a client. If it exists, it is valid.
  public static final class Settings {
    /// Kafka's own default limit of a request, 1 MiB, and the phases' of a payload, 900 KiB.
    public static final Settings DEFAULT =
        new Settings(
            new Values(TopicNames.DEFAULT, 900 * 1024, 1 << 20, InstantSource.system(), null));

    private record Values(
        TopicNames names,
        int payloadBytesMax,
        int recordBytesMax,
        InstantSource clock,
        @Nullable CallerTrace trace) {
      Values {
        if (payloadBytesMax < 1) {
          throw new IllegalArgumentException("payloadBytesMax < 1: " + payloadBytesMax);
        }
        if (recordBytesMax < 1) {
          throw new IllegalArgumentException("recordBytesMax < 1: " + recordBytesMax);
        }
      }
    }

    /// The values by name, from which every copy is made: none can take the place of another.
    private static final class Draft {
      TopicNames names;
      int payloadBytesMax;
      int recordBytesMax;
      InstantSource clock;
      @Nullable CallerTrace trace;

      Draft(Values of) {
        names = of.names;
        payloadBytesMax = of.payloadBytesMax;
        recordBytesMax = of.recordBytesMax;
        clock = of.clock;
        trace = of.trace;
      }

      Values values() {
        return new Values(names, payloadBytesMax, recordBytesMax, clock, trace);
      }
    }

    private final Values values;

    private Settings(Values values) {
      this.values = values;
    }

    /// The namespace of the topics.
    public TopicNames names() {
      return values.names;
    }

    /// Limit of a payload; larger ones are refused. The phases' own default is the same.
    public int payloadBytesMax() {
      return values.payloadBytesMax;
    }

    /// Limit of a record with key and headers; larger ones are refused. Must not be more than the
    /// producer's `max.request.size`.
    public int recordBytesMax() {
      return values.recordBytesMax;
    }

    /// The clock that deadlines are checked against.
    public InstantSource clock() {
      return values.clock;
    }

    /// The source of the trace context that is put into jobs, if any.
    public @Nullable CallerTrace trace() {
      return values.trace;
    }

    /// These with another namespace.
    public Settings withNames(TopicNames others) {
      return with(draft -> draft.names = others);
    }

    /// These with other limits.
    ///
    /// @throws IllegalArgumentException when one is less than 1
    public Settings withLimits(int payloadBytes, int recordBytes) {
      return with(
          draft -> {
            draft.payloadBytesMax = payloadBytes;
            draft.recordBytesMax = recordBytes;
          });
    }

    /// These with another clock.
    public Settings withClock(InstantSource another) {
      return with(draft -> draft.clock = another);
    }

    /// These with the trace context that is current where a job is submitted, baggage and all as
    /// the propagator does it; a request that brings its own ([JobRequest#withTrace]) keeps that.
    /// No span is made here: the caller's is the parent of the first phase's.
    public Settings withTrace(CallerTrace callers) {
      return with(draft -> draft.trace = callers);
    }

    private Settings with(Consumer<Draft> change) {
      var draft = new Draft(values);
      change.accept(draft);
      return new Settings(draft.values());
    }

    @Override
    public String toString() {
      return "Settings" + values.toString().substring("Values".length());
    }
  }

  private final Producer<byte[], byte[]> producer;
  private final boolean producerIsOurs;
  private final JobRecords records;
  private final String timers;
  private final SchedulerWatch schedulers;
  private final String servers;
  private final Set<PendingSubmission> pending = ConcurrentHashMap.newKeySet();
  private final Duration patience;
  private volatile boolean connected;
  private volatile boolean closed;

  /// @param kafka the settings of a producer that is ours; of another, none
  private JobClient(
      Producer<byte[], byte[]> producer,
      Map<String, Object> kafka,
      Settings settings,
      String servers,
      Duration patience) {
    var ours = !kafka.isEmpty();
    this.timers = settings.names().timers();
    this.schedulers = new SchedulerWatch(kafka, settings.names().scheduler());
    this.producer = producer;
    this.producerIsOurs = ours;
    this.patience = patience;
    this.records = new JobRecords(settings);
    this.servers = servers;
  }

  /// A client with a producer of its own and the default settings. Connects when the first job is
  /// submitted.
  ///
  /// @param kafka Kafka's producer settings; `bootstrap.servers` must be there
  /// @throws IllegalArgumentException naming the setting that is not valid or takes a guarantee
  ///   away
  public static JobClient connect(Map<String, ?> kafka) {
    return connect(kafka, Settings.DEFAULT);
  }

  /// A client with a producer of its own. Connects when the first job is submitted.
  ///
  /// @param kafka Kafka's producer settings; `bootstrap.servers` must be there
  /// @throws IllegalArgumentException naming the setting that is not valid or takes a guarantee
  ///   away
  public static JobClient connect(Map<String, ?> kafka, Settings settings) {
    var config = ProducerSettings.complete(kafka, settings);
    var servers = String.valueOf(config.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
    try {
      var producer = new KafkaProducer<byte[], byte[]>(config);
      return new JobClient(producer, config, settings, servers, ProducerSettings.patience(config));
    } catch (KafkaException invalid) { // ConfigException is one
      var cause = invalid.getCause() == null ? invalid : invalid.getCause();
      throw new IllegalArgumentException(
          "the producer's settings are not valid: " + JobRecords.oneLine(cause), invalid);
    }
  }

  /// A client that submits through the caller's producer, which stays the caller's: transactions
  /// are neither begun nor ended here, and [#close] closes the client alone.
  ///
  /// In a transaction, a receipt means "there if the transaction commits". A producer that is not
  /// transactional should be idempotent and have `max.in.flight.requests.per.connection=1`: with
  /// more, a job whose first batch meets a leader that is not ready can be overtaken by later ones
  /// and given up (fate unknown) when its delivery times out.
  public static JobClient withProducer(Producer<byte[], byte[]> producer, Settings settings) {
    return new JobClient(
        producer, Map.of(), settings, "the producer's bootstrap.servers", Duration.ZERO);
  }

  /// Submits a job; the future completes with its receipt or with a [SubmitException].
  ///
  /// May block: see back-pressure above.
  public <T> CompletableFuture<JobReceipt> submit(JobType<T> type, JobRequest<T> request) {
    return send(request.id(), () -> records.prepare(type, request));
  }

  private CompletableFuture<JobReceipt> send(
      @Nullable String jobId, Supplier<JobRecords.Prepared> maker) {
    if (closed) {
      return CompletableFuture.failedFuture(
          new SubmitException(jobId, new SubmitFailure.Closed(), null));
    }
    JobRecords.Prepared prepared;
    try {
      prepared = maker.get();
    } catch (SubmitException refused) {
      return CompletableFuture.failedFuture(refused);
    } catch (Throwable unforeseen) { // a clock, a propagator: of a batch, others are on their way
      var words = JobRecords.oneLine(unforeseen);
      return CompletableFuture.failedFuture(
          new SubmitException(jobId, new SubmitFailure.InvalidRequest(words), unforeseen));
    }
    var submission = new PendingSubmission(prepared, servers, this::ended);
    pending.add(submission);
    submission.send(producer);
    if (!prepared.record().topic().equals(timers)) return submission.receipt();
    return told(submission.receipt());
  }

  /// The receipt with what is known of schedulers: one for a timer that nothing fires would promise
  /// too much.
  @SuppressWarnings("FutureReturnValueIgnored") // what is returned tells of both
  private CompletableFuture<JobReceipt> told(CompletableFuture<JobReceipt> receipt) {
    var told = new CompletableFuture<JobReceipt>();
    var known = schedulers.look();
    receipt.whenComplete(
        (inKafka, failed) -> {
          if (failed != null) told.completeExceptionally(failed);
          else known.thenAccept(scheduler -> told.complete(inKafka.with(scheduler)));
        });
    return told;
  }

  /// Takes a job away that was submitted for later and has not started; the future completes as
  /// that of [#submit]. The receipt says that the withdrawal is in Kafka, behind everything that
  /// was submitted under this id before. A job that has started goes on, and one that never was
  /// stays so.
  ///
  /// @param type the job's, as it was submitted
  /// @throws IllegalArgumentException when the id is not valid
  public CompletableFuture<JobReceipt> withdraw(JobType<?> type, String jobId) {
    ItemHeaders.checkJobId(jobId);
    return send(jobId, () -> records.withdrawal(type, jobId));
  }

  /// Submits a job and waits until it is in Kafka.
  ///
  /// @throws SubmitException when it is not, or perhaps not; also when the thread is interrupted,
  ///   whose flag is then set
  public <T> JobReceipt submitAndWait(JobType<T> type, JobRequest<T> request) {
    var receipt = submit(type, request);
    try {
      return receipt.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SubmitException(
          request.id(), new SubmitFailure.FateUnknown("interrupted while waiting"), interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof SubmitException refused) throw refused;
      throw new IllegalStateException("a receipt failed with something else", failed);
    }
  }

  /// Submits many jobs; the future completes when the fate of each is known, and never
  /// exceptionally, whatever an encoder throws. Nothing is sent before the collection has given all
  /// of them.
  ///
  /// A request that fails for a reason of its own does not hold up the others. When the cluster,
  /// the topic or the registry is the reason, the rest of the batch is refused for the same reason
  /// without being tried: each would wait as long, for nothing. Jobs are sent in the given order,
  /// and those of one key arrive in it.
  public <T> CompletableFuture<BatchResult> submitAll(
      JobType<T> type, Collection<JobRequest<T>> requests) {
    var all = new ArrayList<@Nullable JobRequest<T>>(requests); // before anything is sent
    var receipts = new ArrayList<CompletableFuture<JobReceipt>>(all.size());
    SubmitException hopeless = null;
    for (var request : all) {
      if (request == null) {
        var nothing = new SubmitFailure.InvalidRequest("it is null");
        receipts.add(CompletableFuture.failedFuture(new SubmitException(null, nothing, null)));
      } else if (hopeless == null) {
        var receipt = submitPatiently(type, request);
        receipts.add(receipt);
        hopeless = FailedReceipts.reasonToStop(receipt);
      } else {
        receipts.add(
            CompletableFuture.failedFuture(
                new SubmitException(request.id(), hopeless.failure(), hopeless.getCause())));
      }
    }
    return CompletableFuture.allOf(receipts.toArray(CompletableFuture<?>[]::new))
        .handle((done, failed) -> new BatchResult(FailedReceipts.results(receipts)));
  }

  /// Waits until everything that was submitted is in Kafka or has failed.
  public void flush() {
    producer.flush();
  }

  /// Refuses new jobs, waits for those on their way for at most this long, gives up on the rest and
  /// names it. Idempotent; of two calls at once, the second may return early.
  ///
  /// With the caller's producer nothing is waited for: what is on its way is the caller's.
  public CloseReport close(Duration timeout) {
    closed = true;
    schedulers.close();
    if (!producerIsOurs) return new CloseReport(List.of());
    var unfinished = List.copyOf(pending);
    producer.close(timeout);
    // Kafka has called every callback by now, those of abandoned records too.
    var failed =
        unfinished.stream()
            .filter(one -> !one.receipt().isDone() || one.receipt().isCompletedExceptionally())
            .map(PendingSubmission::jobId)
            .toList();
    return new CloseReport(failed);
  }

  /// Closes and waits up to 30 seconds; what could not be sent is logged.
  @Override
  public void close() {
    var report = close(CLOSE_MAX);
    if (!report.complete()) {
      LOG.warn(
          "{} jobs were not acknowledged within {} s and may or may not be submitted, first {}",
          report.jobIds().size(),
          CLOSE_MAX.toSeconds(),
          report.jobIds().getFirst());
    }
  }

  private void ended(PendingSubmission submission, boolean acknowledged) {
    pending.remove(submission);
    if (acknowledged) connected = true;
  }

  private <T> CompletableFuture<JobReceipt> submitPatiently(
      JobType<T> type, JobRequest<T> request) {
    var startNanos = System.nanoTime();
    while (true) {
      var receipt = submit(type, request);
      if (!connected || closed || System.nanoTime() - startNanos > patience.toNanos()) {
        return receipt;
      }
      var failed = FailedReceipts.reasonToStop(receipt);
      if (failed == null) return receipt;
      if (!FailedReceipts.mayPass(failed.failure())) return receipt;
      LOG.warn("waiting: {}", failed.failure().message());
    }
  }
}
