package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Phaseline's headers of a phase's record, in five groups: identity of the item, attempts, facts
/// of its job, trace, and saga. Groups let a writer set only what it needs, and a new header is an
/// addition to one group. Immutable; reading and writing are each other's inverse.
///
/// A record without any of our headers is a valid job: its id is `topic-partition-offset`. Headers
/// that are not ours are kept by whoever copies the record; this type neither reads nor drops them.
///
/// @param identity which item of which job
/// @param attempts how often it was tried in this phase
/// @param job what the submitter said of the job
/// @param trace W3C trace context
/// @param saga what the item has done and what is to be undone of it
public record ItemHeaders(
    Identity identity, Attempts attempts, JobFacts job, TraceContext trace, Saga saga) {

  /// The path of the item that a job starts with.
  public static final String ROOT = "/";

  /// The default priority.
  public static final int PRIORITY_DEFAULT = 4;

  /// Longer job ids are refused.
  public static final int ID_CHARS_MAX = 200;

  /// The item that a record is about, and the record that it was made from. Immutable.
  ///
  /// @param jobId the job's id, never empty, at most [#ID_CHARS_MAX] characters
  /// @param path the item's place in its job: `/`, `/3`, `/3/0`
  /// @param siblings how many children the fan-out had that made this item; 0 when none made it
  /// @param generation how often the item was redriven
  /// @param parent the record that this one was made from; null: submitted
  public record Identity(
      String jobId, String path, int siblings, int generation, @Nullable RecordRef parent) {

    public Identity {
      checkJobId(jobId);
      if (!path.startsWith(ROOT)) {
        throw new IllegalArgumentException("path does not start with '/': " + path);
      }
      if (siblings < 0) throw new IllegalArgumentException("siblings < 0: " + siblings);
      if (generation < 0) throw new IllegalArgumentException("generation < 0: " + generation);
    }

    /// The item that a job of this id starts with.
    public static Identity ofJob(String jobId) {
      return new Identity(jobId, ROOT, 0, 0, null);
    }

    /// Another place in the same job.
    public Identity withPath(String other, int ofSiblings) {
      return new Identity(jobId, other, ofSiblings, generation, parent);
    }

    /// The same item redriven so often.
    public Identity withGeneration(int other) {
      return new Identity(jobId, path, siblings, other, parent);
    }

    /// The same item, made from another record.
    public Identity withParent(@Nullable RecordRef other) {
      return new Identity(jobId, path, siblings, generation, other);
    }

    private void addTo(Headers out) {
      add(out, HeaderNames.JOB, jobId);
      if (!path.equals(ROOT)) add(out, HeaderNames.ITEM, path);
      if (siblings > 0) add(out, HeaderNames.SIBLINGS, siblings);
      if (generation > 0) add(out, HeaderNames.GENERATION, generation);
      if (parent != null) add(out, HeaderNames.PARENT, parent);
    }
  }

  /// The attempts at an item in one phase. Immutable.
  ///
  /// @param next the attempt that comes next, from 1
  /// @param history earlier attempts and their errors, a JSON array; null: none
  public record Attempts(int next, @Nullable String history) {
    /// Not tried yet.
    public static final Attempts NONE = new Attempts(1, null);

    public Attempts {
      if (next < 1) throw new IllegalArgumentException("attempt < 1: " + next);
    }

    private void addTo(Headers out) {
      if (next > 1) add(out, HeaderNames.ATTEMPT, next);
      if (history != null) add(out, HeaderNames.HISTORY, history);
    }
  }

  /// The submitter's words on a job, the same on all of its items. Immutable.
  ///
  /// @param deadline when the job must have ended; null: never
  /// @param submitted when the job was submitted; null: not said
  /// @param tags the submitter's tags, encoded as in the header; see [#tagMap()]; null: none
  /// @param priority 0 (first) to 9 (last)
  public record JobFacts(
      @Nullable Instant deadline,
      @Nullable Instant submitted,
      @Nullable String tags,
      int priority) {
    /// Of a job that nothing is said of.
    public static final JobFacts NONE = new JobFacts(null, null, null, PRIORITY_DEFAULT);

    public JobFacts {
      if (priority < 0 || priority > 9) {
        throw new IllegalArgumentException("priority is not in 0..9: " + priority);
      }
    }

    /// The same with another deadline.
    public JobFacts withDeadline(@Nullable Instant other) {
      return new JobFacts(other, submitted, tags, priority);
    }

    /// The same, submitted at another time.
    public JobFacts withSubmitted(@Nullable Instant other) {
      return new JobFacts(deadline, other, tags, priority);
    }

    /// The same with other tags, encoded as in the header: [ItemHeaders#encodeTags].
    public JobFacts withTags(@Nullable String other) {
      return new JobFacts(deadline, submitted, other, priority);
    }

    /// The same with another priority.
    public JobFacts withPriority(int other) {
      return new JobFacts(deadline, submitted, tags, other);
    }

    /// The time by which the job must have ended, if it has a deadline.
    public Optional<Instant> deadlineIfAny() {
      return Optional.ofNullable(deadline);
    }

    /// The tags by name.
    public Map<String, String> tagMap() {
      return tags == null ? Map.of() : tagsOf(tags);
    }

    private void addTo(Headers out) {
      if (deadline != null) add(out, HeaderNames.DEADLINE, deadline);
      if (submitted != null) add(out, HeaderNames.SUBMITTED, submitted);
      if (tags != null) add(out, HeaderNames.TAGS, tags);
      if (priority != PRIORITY_DEFAULT) add(out, HeaderNames.PRIORITY, priority);
    }
  }

  /// A W3C trace context as text, unchecked. Immutable.
  ///
  /// @param parent the value of `traceparent`; null: no trace
  /// @param state the value of `tracestate`; null: none
  public record TraceContext(@Nullable String parent, @Nullable String state) {
    /// No trace.
    public static final TraceContext NONE = new TraceContext(null, null);

    private void addTo(Headers out) {
      if (parent != null) add(out, HeaderNames.TRACE_PARENT, parent);
      if (state != null) add(out, HeaderNames.TRACE_STATE, state);
    }
  }

  /// The saga of an item as text, which its pipeline's program writes and reads. Immutable.
  ///
  /// @param finished the values of [HeaderNames#FINISHED], in order
  /// @param compensating the value of [HeaderNames#COMPENSATING]; null: none
  /// @param reroutes the value of [HeaderNames#REROUTES], from 0
  public record Saga(List<String> finished, @Nullable String compensating, int reroutes) {
    /// Nothing was done that could be undone.
    public static final Saga NONE = new Saga(List.of(), null, 0);

    public Saga {
      finished = List.copyOf(finished);
      if (reroutes < 0) throw new IllegalArgumentException("reroutes < 0: " + reroutes);
    }

    /// Adds these headers to a record's; defaults are left out.
    public void addTo(Headers out) {
      for (var one : finished) add(out, HeaderNames.FINISHED, one);
      if (compensating != null) add(out, HeaderNames.COMPENSATING, compensating);
      if (reroutes > 0) add(out, HeaderNames.REROUTES, reroutes);
    }
  }

  /// The headers of an item without a saga.
  public ItemHeaders(Identity identity, Attempts attempts, JobFacts job, TraceContext trace) {
    this(identity, attempts, job, trace, Saga.NONE);
  }

  /// The headers of a job that was just submitted under this id.
  public static ItemHeaders ofJob(String jobId) {
    return of(Identity.ofJob(jobId));
  }

  /// The headers of an item that was not tried yet, with nothing said of its job.
  public static ItemHeaders of(Identity identity) {
    return new ItemHeaders(identity, Attempts.NONE, JobFacts.NONE, TraceContext.NONE);
  }

  /// Refuses a job's id that [#checkId] refuses.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  public static void checkJobId(String jobId) {
    checkId("job id", jobId);
  }

  /// Refuses ids that could not be shown, searched or typed: empty, longer than [#ID_CHARS_MAX],
  /// with control characters, or with half a character, which would be written as another id.
  ///
  /// @param what what it is the id of, for the message
  /// @throws IllegalArgumentException saying what is wrong
  public static void checkId(String what, String id) {
    if (id.isEmpty()) throw new IllegalArgumentException(what + " is empty");
    if (id.length() > ID_CHARS_MAX) {
      throw new IllegalArgumentException(
          what + " has " + id.length() + " characters, at most " + ID_CHARS_MAX + " are allowed");
    }
    for (var i = 0; i < id.length(); i++) {
      if (Character.isISOControl(id.charAt(i))) {
        throw new IllegalArgumentException(what + " has a control character at " + i);
      }
    }
    Utf8.check(what, id);
  }

  /// Reads the headers of a record, all of them that an attempt rests on. Whose item it is can be
  /// read in any case: [ItemIdentity].
  ///
  /// Tags, trace context, history and the parent are for people and programs that look on: what is
  /// wrong with them is never worth an item, and counts as absent.
  ///
  /// @throws MalformedHeaderException when a header of ours is there but can't be read
  public static ItemHeaders read(String topic, int partition, long offset, Headers headers) {
    var identity = ItemIdentity.read(topic, partition, offset, headers);
    if (identity.malformed() != null) throw new MalformedHeaderException(identity.malformed());
    Instant deadline = null;
    Instant submitted = null;
    String tags = null;
    var priority = PRIORITY_DEFAULT;
    String traceParent = null;
    String traceState = null;
    String history = null;
    List<String> finished = new ArrayList<>(0);
    String compensating = null;
    var reroutes = 0;
    for (var header : headers) {
      switch (header.key()) {
        case HeaderNames.DEADLINE -> deadline = HeaderText.instant(header);
        case HeaderNames.SUBMITTED -> submitted = HeaderText.instant(header);
        case HeaderNames.TAGS -> tags = HeaderText.orNull(header);
        case HeaderNames.PRIORITY -> priority = HeaderText.number(header);
        case HeaderNames.TRACE_PARENT -> traceParent = HeaderText.orNull(header);
        case HeaderNames.TRACE_STATE -> traceState = HeaderText.orNull(header);
        case HeaderNames.HISTORY -> history = HeaderText.orNull(header);
        case HeaderNames.VERSION -> ItemVersion.of(header); // which is read there
        case HeaderNames.FINISHED -> finished.add(HeaderText.of(header));
        case HeaderNames.COMPENSATING -> compensating = HeaderText.of(header);
        case HeaderNames.REROUTES -> reroutes = HeaderText.number(header);
        default -> {
          // not ours, or said by the identity
        }
      }
    }
    try {
      return new ItemHeaders(
          new Identity(
              identity.jobId(),
              identity.path(),
              identity.siblings(),
              identity.generation(),
              identity.parent()),
          new Attempts(identity.attempt(), history),
          new JobFacts(deadline, submitted, tags, priority),
          new TraceContext(traceParent, traceState),
          new Saga(finished, compensating, reroutes));
    } catch (IllegalArgumentException invalid) {
      throw new MalformedHeaderException(String.valueOf(invalid.getMessage()), invalid);
    }
  }

  /// Whether [#read] would accept these headers and find no deadline and no saga, as far as that
  /// can be told without making anything: true of the headers that most records have. False is no
  /// answer.
  public static boolean areSoundAndWithoutDeadline(Headers headers) {
    for (var header : headers) {
      switch (header.key()) {
        case HeaderNames.JOB -> {
          if (!HeaderText.isPlainText(header.value(), ID_CHARS_MAX)) return false;
        }
        case HeaderNames.SUBMITTED -> {
          if (!HeaderText.isPlainInstant(header.value())) return false;
        }
        case HeaderNames.VERSION -> {
          if (!ItemVersion.isPlain(header)) return false;
        }
        case HeaderNames.ITEM,
            HeaderNames.SIBLINGS,
            HeaderNames.ATTEMPT,
            HeaderNames.GENERATION,
            HeaderNames.DEADLINE,
            HeaderNames.PRIORITY,
            HeaderNames.FINISHED,
            HeaderNames.COMPENSATING,
            HeaderNames.REROUTES -> {
          return false;
        }
        default -> {
          // not ours, or never worth an item
        }
      }
    }
    return true;
  }

  /// These headers as Kafka's; defaults are left out.
  public RecordHeaders toKafka() {
    var out = new RecordHeaders();
    addTo(out);
    return out;
  }

  /// Adds these headers to a record's; defaults are left out.
  public void addTo(Headers out) {
    identity.addTo(out);
    attempts.addTo(out);
    job.addTo(out);
    trace.addTo(out);
    saga.addTo(out);
  }

  /// The job's id.
  public String jobId() {
    return identity.jobId();
  }

  /// The item's place in its job: `/`, `/3`, `/3/0`.
  public String path() {
    return identity.path();
  }

  /// The item's id: job id followed by the path, or the job id alone for the first item.
  public String itemId() {
    return path().equals(ROOT) ? jobId() : jobId() + path();
  }

  /// The path of this item's `index`-th child, from 0.
  public String childPath(int index) {
    return path().equals(ROOT) ? ROOT + index : path() + '/' + index;
  }

  /// The same item going on to another record: attempts, history and saga start anew.
  public ItemHeaders forNext(RecordRef parentRecord) {
    return anew(identity.withParent(parentRecord));
  }

  /// This item's `index`-th child of `count`.
  ///
  /// @throws IllegalArgumentException when its path would have too many characters
  public ItemHeaders forChild(int index, int count, RecordRef parentRecord) {
    var child = childPath(index);
    if (child.length() > ItemIdentity.PATH_CHARS_MAX) ItemIdentity.checkPath(child);
    return forChild(child, count, parentRecord);
  }

  /// The child of this item at a path that is known to be short enough.
  ///
  /// @param count of the fan-out's children
  public ItemHeaders forChild(String path, int count, RecordRef parentRecord) {
    return anew(new Identity(jobId(), path, count, identity.generation(), parentRecord));
  }

  private ItemHeaders anew(Identity other) {
    return new ItemHeaders(other, Attempts.NONE, job, trace);
  }

  /// The same with another identity.
  public ItemHeaders withIdentity(Identity other) {
    return new ItemHeaders(other, attempts, job, trace, saga);
  }

  /// The same item, tried so often.
  public ItemHeaders withAttempts(Attempts other) {
    return new ItemHeaders(identity, other, job, trace, saga);
  }

  /// The same item of a job of which other things are said.
  public ItemHeaders withJob(JobFacts other) {
    return new ItemHeaders(identity, attempts, other, trace, saga);
  }

  /// The same item as part of another trace, or of another step of it.
  public ItemHeaders withTrace(TraceContext other) {
    return new ItemHeaders(identity, attempts, job, other, saga);
  }

  /// The same item with another saga.
  public ItemHeaders withSaga(Saga other) {
    return new ItemHeaders(identity, attempts, job, trace, other);
  }

  /// Tags as the header holds them: `name=value` joined by `;`, each percent-encoded.
  public static String encodeTags(Map<String, String> tags) {
    var out = new StringBuilder();
    tags.forEach(
        (name, value) -> {
          if (name.isEmpty()) throw new IllegalArgumentException("a tag has an empty name");
          if (!out.isEmpty()) out.append(';');
          out.append(URLEncoder.encode(name, UTF_8)).append('=');
          out.append(URLEncoder.encode(value, UTF_8));
        });
    return out.toString();
  }

  /// The tags by name that a header's text holds; what is no tag is left out.
  public static Map<String, String> tagsOf(String text) {
    var tags = new LinkedHashMap<String, String>();
    for (var part : text.split(";", -1)) {
      var equals = part.indexOf('=');
      if (equals < 1) continue; // somebody else's text: tags are for people, never worth an item
      try {
        tags.put(
            URLDecoder.decode(part.substring(0, equals), UTF_8),
            URLDecoder.decode(part.substring(equals + 1), UTF_8));
      } catch (IllegalArgumentException notPercentEncoded) {
        tags.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return tags;
  }

  private static void add(Headers out, String name, Object value) {
    out.add(name, value.toString().getBytes(UTF_8));
  }
}
