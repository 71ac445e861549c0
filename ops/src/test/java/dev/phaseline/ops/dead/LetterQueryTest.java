package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phaseline.ops.query.QuerySyntaxException;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class LetterQueryTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Instant WRITTEN = NOW.minusSeconds(3_600);

  @Test
  void termsAreAllThatMustHold() {
    assertThat(matches("phase=store kind=failed")).isTrue();
    assertThat(matches("phase=store kind=rejected")).isFalse();
    assertThat(matches("phase!=store")).isFalse();
    assertThat(matches("phase~STO")).isTrue();
    assertThat(matches("phase!~sto")).isFalse();
    assertThat(matches("  key=k-1   job=job-7 item=job-7/3 ")).isTrue();
    assertThat(matches("item=job-7")).isFalse();
    assertThat(matches("")).isTrue();
  }

  @Test
  void errorsAreFoundInReasonAndHistory() {
    assertThat(matches("error~\"timed out\"")).isTrue();
    assertThat(matches("error~'second line'")).isTrue();
    assertThat(matches("error=SocketTimeoutException")).isTrue();
    assertThat(matches("error=java.net.SocketTimeoutException")).isTrue();
    assertThat(matches("error=TimeoutException")).isFalse();
    assertThat(matches("error~refused")).isTrue();
    assertThat(matches("error!~refused")).isFalse();
    assertThat(matches("reason=\"it timed out\"")).as("the first line").isTrue();
    assertThat(matches("reason~second")).isTrue();
  }

  @Test
  void tagsTimesStatesAndGenerationsAreCompared() {
    assertThat(matches("tag=region tag=region:eu")).isTrue();
    assertThat(matches("tag=region:us")).isFalse();
    assertThat(matches("tag!=region")).isFalse();
    assertThat(matches("since=2h until=30m")).isTrue();
    assertThat(matches("since=59m")).isFalse();
    assertThat(matches("since=2026-11-01 until=2026-11-01T11:00:01Z")).isTrue();
    assertThat(matches("until=2026-11-01T12:00+01:00")).as("not before itself").isFalse();
    assertThat(matches("state=open generation=2")).isTrue();
    assertThat(matches("state!=open")).isFalse();
    assertThat(matches("generation!=2")).isFalse();
  }

  @Test
  void ofWordsWithCommasOneMustFit() {
    assertThat(matches("state=open,queued kind=rejected,failed")).isTrue();
    assertThat(matches("state=queued,redriven")).isFalse();
    assertThat(matches("kind!=rejected,failed")).isFalse();
    assertThat(matches("kind!=rejected,expired")).isTrue();
  }

  @Test
  void idsAreAlternatives() {
    assertThat(matches("0-12 3-1")).isTrue();
    assertThat(matches("3-1")).isFalse();
    assertThat(matches("0-12 kind=rejected")).isFalse();
  }

  @Test
  void quotesKeepBlanksAndBackslashesKeepQuotes() {
    assertThat(matches("key=\"a b\"", "a b")).isTrue();
    assertThat(matches("key=\"say \\\"hi\\\"\"", "say \"hi\"")).isTrue();
    assertThat(matches("key=a=b~c", "a=b~c")).isTrue();
    assertThat(matches("key=\"\"", "")).isTrue();
  }

  @Test
  void whatCantBeUnderstoodIsPointedAt() {
    wrong("phase=store knd=failed", 12, "no field 'knd'");
    wrong("phase=", 6, "a value is missing");
    wrong("phase = store", 0, "neither FIELD=VALUE");
    wrong("=store", 0, "name is missing");
    wrong("phase<store", 5, "expected =, !=, ~ or !~");
    wrong("error~timed out", 12, "needs quotes");
    wrong("error~\"timed out", 6, "never closed");
    wrong("error~\"timed\"out", 13, "a blank after");
    wrong("kind=faild", 5, "no kind 'faild'");
    wrong("state=opne", 6, "no state 'opne'");
    wrong("kind~fail", 4, "= or != only");
    wrong("since~2h", 5, "= only");
    wrong("since=yesterday", 6, "is no time");
    wrong("since=2026-13-01", 6, "is no time");
    wrong("generation=two", 11, "not a number");
    wrong("0-", 0, "neither");
    wrong("\u001b[31m", 0, "expected");
  }

  @Test
  void unknownWordsComeWithWhatIsKnown() {
    var wrong =
        catchThrowableOfType(
            QuerySyntaxException.class, () -> LetterQuery.parse("key=a phse=b", NOW));
    assertThat(wrong.unknown()).isEqualTo("phse");
    assertThat(wrong.known()).contains("phase");
    assertThat(wrong.pointer().lines()).containsExactly("  key=a phse=b", "        ^");
  }

  @Test
  void invalidRedrivesCantBeMade() {
    var how = Redrive.DEFAULT;
    assertThatThrownBy(() -> how.withPerSecond(-1)).hasMessageContaining("rate");
    assertThatThrownBy(() -> how.withPerSecond(Double.NaN)).hasMessageContaining("rate");
    assertThatThrownBy(() -> how.withCanary(-1, 5, how.canaryWait()))
        .hasMessageContaining("canary");
    assertThatThrownBy(() -> how.withCanary(1, 101, how.canaryWait())).hasMessageContaining("100");
    assertThatThrownBy(() -> how.withLimit(0)).hasMessageContaining("limit");
  }

  private static void wrong(String query, int position, String words) {
    var wrong =
        catchThrowableOfType(QuerySyntaxException.class, () -> LetterQuery.parse(query, NOW));
    assertThat(wrong).as(query).isNotNull().hasMessageContaining(words);
    assertThat(wrong.position()).as(query).isEqualTo(position);
  }

  private static boolean matches(String query) {
    return matches(query, "k-1");
  }

  private static boolean matches(String query, String key) {
    return LetterQuery.parse(query, NOW).matches(new LetterEntry(letter(key), LetterState.NEW));
  }

  private static Letter letter(String key) {
    var headers = ItemHeaders.ofJob("job-7").toKafka();
    put(headers, HeaderNames.ITEM, "/3");
    put(headers, HeaderNames.GENERATION, "2");
    put(headers, HeaderNames.PHASE, "store");
    put(headers, HeaderNames.KIND, "failed");
    put(headers, HeaderNames.REASON, "it timed out\nsecond line");
    put(headers, HeaderNames.TAGS, ItemHeaders.encodeTags(Map.of("region", "eu")));
    put(
        headers,
        HeaderNames.HISTORY,
        """
        [{"attempt":1,"kind":"thrown","error":"java.net.SocketTimeoutException",
          "message":"connection refused","stack":[]}]""");
    return new Letter(
        new ConsumerRecord<>(
            "pl.cities.dead",
            0,
            12,
            WRITTEN.toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            0,
            key.getBytes(UTF_8),
            new byte[0],
            headers,
            Optional.empty()));
  }

  private static void put(
      org.apache.kafka.common.header.Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(UTF_8));
  }
}
