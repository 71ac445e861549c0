package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemIdentity;
import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/// The tracker takes each record for the item for which a worker takes it, whatever its headers
/// are: otherwise one of the two is a ghost that waits for ever.
final class OneReaderTest {
  private static final String GREET = "pl.hello.greet";
  private static final String DEAD = "pl.hello.dead";

  private static EventReader.Source source(String topic, long offset, Headers headers) {
    return new EventReader.Source(topic, 0, offset, 1_700_000_000_000L, null, false, headers, 0);
  }

  /// What a worker makes of a record that it refuses: the record with the job's id put right, and
  /// where it comes from.
  private static RecordHeaders letterOf(RecordHeaders of, long offset) {
    var headers = new RecordHeaders(of);
    put(headers, HeaderNames.JOB, ItemIdentity.jobIdOf(GREET, 0, offset, of));
    put(headers, HeaderNames.KIND, "undecodable");
    put(headers, HeaderNames.PHASE, "greet");
    put(headers, HeaderNames.ATTEMPT, "1");
    put(headers, HeaderNames.PARENT, "greet/0/" + offset);
    return headers;
  }

  private static void put(RecordHeaders headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(UTF_8));
  }

  /// Headers of ours with values that fit, nearly fit or don't.
  private static RecordHeaders mutated(Random random, String job) {
    var headers = new RecordHeaders();
    headers.add(HeaderNames.JOB, job.getBytes(UTF_8));
    var names =
        List.of(
            HeaderNames.JOB,
            HeaderNames.ITEM,
            HeaderNames.SIBLINGS,
            HeaderNames.ATTEMPT,
            HeaderNames.GENERATION,
            HeaderNames.PARENT,
            HeaderNames.DEADLINE,
            HeaderNames.SUBMITTED,
            HeaderNames.TAGS);
    var values =
        List.of(
            "",
            " ",
            "a\nb",
            "\u001b[31m",
            "x",
            "-1",
            "99999999999",
            "child-1",
            "no/where",
            "/a",
            "y".repeat(3_000),
            "/12345678901",
            "tomorrow",
            "1.5");
    for (var i = random.nextInt(4); i > 0; i--) {
      var name = names.get(random.nextInt(names.size()));
      var value = values.get(random.nextInt(values.size())).getBytes(UTF_8);
      if (random.nextInt(6) == 0) value = new byte[] {(byte) 0xC3, 0x28};
      if (random.nextInt(6) == 0) headers.add(name, (byte[]) null);
      else headers.add(name, value);
    }
    return headers;
  }

  @Test
  void eventsAreAboutTheItemThatTheHeadersNameForEverybody() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var reader = new EventReader(TopicNames.DEFAULT, _ -> 0);
    for (var i = 0; i < 5_000; i++) {
      var headers = mutated(random, "job-" + i);
      var event = reader.read(source(GREET, i, headers));
      var identity = ItemIdentity.read(GREET, 0, i, headers);
      assertThat(event).isNotNull();
      assertThat(event.job()).as("seed %d, round %d", seed, i).isEqualTo(identity.jobId());
      assertThat(event.path()).isEqualTo(identity.path());
      assertThat(event.generation()).isEqualTo(identity.generation());
      var letter = reader.read(source(DEAD, i, letterOf(headers, i)));
      assertThat(letter).isNotNull();
      assertThat(letter.job()).as("seed %d, round %d", seed, i).isEqualTo(event.job());
      assertThat(letter.path()).isEqualTo(event.path());
      assertThat(letter.generation()).isEqualTo(event.generation());
    }
  }

  @Test
  void nothingWaitsWhenEachRecordHasItsLetter() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var rig = new BooksRig(InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_000L)));
    var jobs = new HashSet<String>();
    for (var i = 0; i < 500; i++) {
      var headers = mutated(random, "job-" + i);
      jobs.add(ItemIdentity.jobIdOf(GREET, 0, i, headers));
      rig.read(source(GREET, i, headers));
      rig.read(source(DEAD, i, letterOf(headers, i)));
    }
    var phase =
        rig.status.phases().stream()
            .filter(status -> status.phase().equals("greet"))
            .findFirst()
            .orElseThrow();
    assertThat(phase.waiting()).as("seed %d: %s", seed, phase).isZero();
    assertThat(new HashSet<>(rig.ended)).as("seed %d", seed).isEqualTo(jobs);
  }
}
