package dev.phaseline.schemas;

import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// The identity of the item that a record is about, readable whatever its headers are. Workers,
/// tracker, audit and the desk of dead letters read it here and nowhere else: with a leniency of
/// their own they would take one record for two items, one of which never ends.
///
/// Each part stands for itself. One that is malformed counts as absent, in every program alike: a
/// job's id is then the record's address, `topic-partition-offset`, everything else its default.
/// Whether the record is worth an attempt is another question, and [ItemHeaders#read]'s. Immutable.
///
/// @param jobId the job's id, or the record's address
/// @param named whether the record names its job
/// @param path the item's place in its job: `/`, `/3`, `/3/0`
/// @param siblings how many children the fan-out had that made the item; 0 when none made it
/// @param attempt the attempt that comes next, from 1
/// @param generation how often the item was redriven
/// @param parent the record that this one was made from; null: submitted
/// @param malformed what could not be read, in words; null when nothing was wrong
public record ItemIdentity(
    String jobId,
    boolean named,
    String path,
    int siblings,
    int attempt,
    int generation,
    @Nullable RecordRef parent,
    @Nullable String malformed) {

  /// Longer paths are refused: a tracker keeps each item's.
  public static final int PATH_CHARS_MAX = 400;

  private static final Pattern PATH = Pattern.compile("(/[0-9]{1,9})+");

  /// The identity that a record's headers give it.
  public static ItemIdentity read(String topic, int partition, long offset, Headers headers) {
    Header job = null;
    Header path = null;
    Header siblings = null;
    Header attempt = null;
    Header generation = null;
    Header parent = null;
    for (var header : headers) { // of several, the last one counts
      switch (header.key()) {
        case HeaderNames.JOB -> job = header;
        case HeaderNames.ITEM -> path = header;
        case HeaderNames.SIBLINGS -> siblings = header;
        case HeaderNames.ATTEMPT -> attempt = header;
        case HeaderNames.GENERATION -> generation = header;
        case HeaderNames.PARENT -> parent = header;
        default -> {
          // says nothing about whose it is
        }
      }
    }
    var parts = new Parts();
    var jobId = parts.jobId(job);
    return new ItemIdentity(
        jobId == null ? RecordAddress.text(topic, partition, offset) : jobId,
        jobId != null,
        parts.path(path),
        parts.number(siblings, 0, 0),
        parts.number(attempt, 1, 1),
        parts.number(generation, 0, 0),
        parent(parent),
        parts.malformed);
  }

  /// The id of the job that a record is about, and nothing more: cheap.
  public static String jobIdOf(String topic, int partition, long offset, Headers headers) {
    var jobId = new Parts().jobId(headers.lastHeader(HeaderNames.JOB));
    return jobId == null ? RecordAddress.text(topic, partition, offset) : jobId;
  }

  /// The item's id: job id followed by the path, or the job id alone for the first item.
  public String itemId() {
    return path.equals(ItemHeaders.ROOT) ? jobId : jobId + path;
  }

  /// Refuses what is no path of an item: `/`, or numbers of at most nine digits, each with a slash
  /// before it.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  public static void checkPath(String path) {
    if (path.equals(ItemHeaders.ROOT)) return;
    if (path.length() > PATH_CHARS_MAX) {
      throw new IllegalArgumentException(
          "path has " + path.length() + " characters, at most " + PATH_CHARS_MAX + " are allowed");
    }
    if (!PATH.matcher(path).matches()) {
      throw new IllegalArgumentException(
          (path.startsWith(ItemHeaders.ROOT)
                  ? "path is not like /3/0: "
                  : "path does not start with '/': ")
              + HeaderText.clip(path));
    }
  }

  /// A parent that leads nowhere is not a record of ours: it counts as submitted, for a worker has
  /// no use for it and who follows it finds nothing.
  private static @Nullable RecordRef parent(@Nullable Header header) {
    return header == null ? null : RecordRef.parse(HeaderText.orNull(header));
  }

  /// Parsed fields, and the first malformed one. For one record.
  private static final class Parts {
    private @Nullable String malformed;

    @Nullable String jobId(@Nullable Header header) {
      if (header == null) return null;
      try {
        var id = HeaderText.of(header);
        ItemHeaders.checkJobId(id);
        return id;
      } catch (IllegalArgumentException | MalformedHeaderException refused) {
        note(refused);
        return null;
      }
    }

    String path(@Nullable Header header) {
      if (header == null) return ItemHeaders.ROOT;
      try {
        var path = HeaderText.of(header);
        checkPath(path);
        return path;
      } catch (IllegalArgumentException | MalformedHeaderException refused) {
        note(refused);
        return ItemHeaders.ROOT;
      }
    }

    int number(@Nullable Header header, int min, int absent) {
      if (header == null) return absent;
      try {
        var number = HeaderText.number(header);
        if (number >= min) return number;
        throw new MalformedHeaderException(
            header.key().substring("pl-".length()) + " < " + min + ": " + number);
      } catch (MalformedHeaderException refused) {
        note(refused);
        return absent;
      }
    }

    private void note(RuntimeException refused) {
      if (malformed == null) malformed = String.valueOf(refused.getMessage());
    }
  }
}
