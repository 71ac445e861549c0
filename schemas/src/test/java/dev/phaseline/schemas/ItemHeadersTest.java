package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.ItemHeaders.Attempts;
import dev.phaseline.schemas.ItemHeaders.Identity;
import dev.phaseline.schemas.ItemHeaders.JobFacts;
import dev.phaseline.schemas.ItemHeaders.TraceContext;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ItemHeadersTest {

  private static ItemHeaders read(RecordHeaders headers) {
    return ItemHeaders.read("pl.cities.fetch", 3, 42, headers);
  }

  @Test
  void writingAndReadingAreEachOthersInverse() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 2_000; i++) {
      var headers = any(random);
      assertThat(read(headers.toKafka())).as("seed %d, round %d", seed, i).isEqualTo(headers);
    }
  }

  private static ItemHeaders any(Random random) {
    return new ItemHeaders(
        new Identity(
            word(random, 1 + random.nextInt(ItemHeaders.ID_CHARS_MAX)),
            random.nextBoolean() ? "/" : "/" + random.nextInt(1_000_000) + "/" + random.nextInt(9),
            random.nextInt(3) == 0 ? 0 : random.nextInt(Integer.MAX_VALUE),
            random.nextInt(3),
            random.nextBoolean()
                ? null
                : new RecordRef(
                    "p" + random.nextInt(99), random.nextInt(9), random.nextLong(1L << 50))),
        new Attempts(1 + random.nextInt(5), maybe(random, 500)),
        new JobFacts(
            instant(random),
            instant(random),
            random.nextBoolean() ? null : ItemHeaders.encodeTags(tags(random)),
            random.nextInt(10)),
        new TraceContext(maybe(random, 55), maybe(random, 55)),
        new ItemHeaders.Saga(
            Stream.generate(() -> word(random, 1 + random.nextInt(200)))
                .limit(random.nextInt(4))
                .toList(),
            maybe(random, 500),
            random.nextInt(3)));
  }

  private static Map<String, String> tags(Random random) {
    var tags = new HashMap<String, String>();
    for (var i = 0; i < 1 + random.nextInt(4); i++) {
      tags.put(word(random, 1 + random.nextInt(8)), word(random, random.nextInt(8)));
    }
    return tags;
  }

  private static @Nullable Instant instant(Random random) {
    return random.nextBoolean()
        ? null
        : Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
  }

  private static @Nullable String maybe(Random random, int lengthMax) {
    return random.nextBoolean() ? null : word(random, random.nextInt(lengthMax));
  }

  /// Letters, and what a careless encoder stumbles over.
  private static String word(Random random, int length) {
    var alphabet = "abcXYZ019 ;=%&+/\\\"'{}üß東京";
    return random
        .ints(length, 0, alphabet.length())
        .collect(
            StringBuilder::new,
            (text, index) -> text.append(alphabet.charAt(index)),
            StringBuilder::append)
        .toString();
  }

  @Test
  void tagsComeBackAsTheyWere() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 500; i++) {
      var tags = tags(random);
      var headers = new RecordHeaders();
      headers.add(HeaderNames.TAGS, ItemHeaders.encodeTags(tags).getBytes(UTF_8));
      assertThat(read(headers).job().tagMap()).as("seed %d, round %d", seed, i).isEqualTo(tags);
    }
  }

  @Test
  void aRecordWithoutHeadersIsAJobNamedByItsPlace() {
    var headers = read(new RecordHeaders());
    assertThat(headers).isEqualTo(ItemHeaders.ofJob("pl.cities.fetch-3-42"));
    assertThat(headers.itemId()).isEqualTo("pl.cities.fetch-3-42");
    assertThat(headers.job().deadlineIfAny()).isEmpty();
    assertThat(headers.job().tagMap()).isEmpty();
  }

  @Test
  void defaultsAreNotWritten() {
    assertThat(ItemHeaders.ofJob("j").toKafka().toArray()).hasSize(1);
  }

  @Test
  void foreignHeadersAreNeitherReadNorInTheWay() {
    var headers = ItemHeaders.ofJob("j").toKafka();
    headers.add("pl-from-the-future", new byte[] {-1, -2});
    headers.add("x-null", null);
    headers.add("", "empty name".getBytes(UTF_8));
    assertThat(read(headers)).isEqualTo(ItemHeaders.ofJob("j"));
  }

  @Test
  void tenThousandForeignHeadersAreRead() {
    var headers = new RecordHeaders();
    for (var i = 0; i < 10_000; i++) headers.add("h" + i, new byte[10]);
    headers.add(HeaderNames.JOB, "j".getBytes(UTF_8));
    assertThat(read(headers).jobId()).isEqualTo("j");
  }

  @Test
  void theLastOfTwoHeadersCounts() {
    var headers = new RecordHeaders();
    headers.add(HeaderNames.JOB, "first".getBytes(UTF_8));
    headers.add(HeaderNames.JOB, "second".getBytes(UTF_8));
    assertThat(read(headers).jobId()).isEqualTo("second");
  }

  @Test
  void headersThatCantBeReadAreNamed() {
    var malformed =
        Map.of(
            HeaderNames.ATTEMPT, List.of("", "x", "0", "-1", "1.5", "99999999999"),
            HeaderNames.GENERATION, List.of("-1", "x"),
            HeaderNames.SIBLINGS, List.of("-1", "many"),
            HeaderNames.PRIORITY, List.of("-1", "10", "high"),
            HeaderNames.REROUTES, List.of("-1", "x", ""),
            HeaderNames.DEADLINE, List.of("", "tomorrow", "2026-01-31", "1700000000"),
            HeaderNames.SUBMITTED, List.of("yesterday"),
            HeaderNames.ITEM, List.of("3", ""),
            HeaderNames.JOB, List.of("", "a\u0000b", "x".repeat(201)));
    malformed.forEach(
        (name, values) ->
            values.forEach(
                value -> {
                  var headers = new RecordHeaders();
                  headers.add(name, value.getBytes(UTF_8));
                  assertThatThrownBy(() -> read(headers))
                      .as("%s: '%s'", name, value)
                      .isInstanceOf(MalformedHeaderException.class)
                      .hasMessageMatching("(?s).{5,300}");
                }));
  }

  @Test
  void aNullHeaderOfOursIsMalformed() {
    var headers = new RecordHeaders();
    headers.add(HeaderNames.ATTEMPT, null);
    assertThatThrownBy(() -> read(headers))
        .isInstanceOf(MalformedHeaderException.class)
        .hasMessageContaining(HeaderNames.ATTEMPT);
  }

  @Test
  void somebodyElsesTagsAreNeverWorthAnItem() {
    for (var text : List.of("", ";;;", "no equals sign", "=x", "a=%zz", "a=1;b", "a=%E0%80")) {
      var headers = new RecordHeaders();
      headers.add(HeaderNames.TAGS, text.getBytes(UTF_8));
      assertThat(read(headers).job().tagMap()).as(text).isNotNull();
    }
  }

  @Test
  void childrenAreNamedByTheirPlaceTheSameEveryTime() {
    var job = ItemHeaders.ofJob("j");
    var children =
        IntStream.range(0, 3)
            .mapToObj(i -> job.forChild(i, 3, RecordRef.valueOf("p/0/7")).itemId())
            .toList();
    assertThat(children).containsExactly("j/0", "j/1", "j/2");
    assertThat(
            job.forChild(1, 3, RecordRef.valueOf("p/0/7"))
                .forChild(0, 1, RecordRef.valueOf("q/0/8"))
                .itemId())
        .isEqualTo("j/1/0");
  }

  @Test
  void anItemThatGoesOnStartsItsAttemptsAnew() {
    var job = JobFacts.NONE.withTags("a=b").withDeadline(Instant.EPOCH).withPriority(7);
    var trace = new TraceContext("tp", "ts");
    var tried =
        new ItemHeaders(
            new Identity("j", "/", 0, 2, new RecordRef("old", 1, 2)),
            new Attempts(7, "[{}]"),
            job,
            trace);
    var from = new RecordRef("fetch", 0, 1);
    var next = tried.forNext(from);
    assertThat(next.attempts()).isEqualTo(Attempts.NONE);
    assertThat(next.identity()).isEqualTo(new Identity("j", "/", 0, 2, from));
    assertThat(next.job()).isEqualTo(job);
    assertThat(next.trace()).isEqualTo(trace);
  }

  @Test
  void eachGroupIsExchangedAloneAndEachFactOfAGroup() {
    var random = new Random(7);
    var one = any(random);
    var other = any(random);
    assertThat(
            one.withIdentity(other.identity())
                .withAttempts(other.attempts())
                .withJob(other.job())
                .withTrace(other.trace())
                .withSaga(other.saga()))
        .isEqualTo(other);
    assertThat(one.withTrace(other.trace()).withTrace(one.trace())).isEqualTo(one);
    var facts = other.job();
    assertThat(
            one.job()
                .withDeadline(facts.deadline())
                .withSubmitted(facts.submitted())
                .withTags(facts.tags())
                .withPriority(facts.priority()))
        .isEqualTo(facts);
    var id = other.identity();
    assertThat(
            Identity.ofJob(id.jobId())
                .withPath(id.path(), id.siblings())
                .withGeneration(id.generation())
                .withParent(id.parent()))
        .isEqualTo(id);
  }

  @Test
  void headersThatAreSoundAtALookCanBeReadAndHaveNoDeadline() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var sound = 0;
    for (var i = 0; i < 20_000; i++) {
      var headers = random.nextInt(4) == 0 ? any(random).toKafka() : nearly(random);
      if (!ItemHeaders.areSoundAndWithoutDeadline(headers)) continue;
      sound++;
      var read = ItemHeaders.read("topic", 0, 0, headers);
      assertThat(read.job().deadline()).as("seed " + seed).isNull();
    }
    assertThat(sound).as("seed " + seed).isGreaterThan(1_000);
  }

  @Test
  void whatASubmittedJobUsuallySaysIsSoundAtALook() {
    var now = new JobFacts(null, Instant.parse("2026-01-31T12:00:00.123456Z"), "a=b", 4);
    var second = now.withSubmitted(Instant.parse("2026-01-28T12:00:00Z"));
    for (var facts : List.of(now.withSubmitted(Instant.parse("2026-02-27T23:59:59.1Z")), second)) {
      var headers = ItemHeaders.ofJob("job 1").withJob(facts).toKafka();
      assertThat(ItemHeaders.areSoundAndWithoutDeadline(headers)).isTrue();
    }
  }

  /// One or two headers that are right, or differ from right by a byte or two.
  private static RecordHeaders nearly(Random random) {
    var headers = new RecordHeaders();
    for (var i = random.nextInt(3); i >= 0; i--) {
      switch (random.nextInt(3)) {
        case 0 -> headers.add(HeaderNames.JOB, spoiled(random, "job-1"));
        case 1 -> headers.add(HeaderNames.SUBMITTED, spoiled(random, "2026-01-11T12:00:00.123Z"));
        default -> headers.add(HeaderNames.SUBMITTED, spoiled(random, "2026-01-11T12:00:00Z"));
      }
    }
    return headers;
  }

  private static byte[] spoiled(Random random, String text) {
    var bytes = text.getBytes(UTF_8);
    for (var i = random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          (byte) "0123456789Z.-: \n\u00ff".charAt(random.nextInt(17));
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(40)) : bytes;
  }
}
