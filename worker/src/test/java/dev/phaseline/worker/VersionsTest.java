package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Items of two versions of a pipeline on one broker: each ends under its own, whichever worker has
/// which versions, and those of one key stay in order.
final class VersionsTest extends BrokerTest {
  private static Pipeline version(int number, String last) {
    return Pipeline.named("cities")
        .version(number)
        .phase("fetch", Codec.text(), (name, _) -> Outcome.next(name + " fetched by " + number))
        .phase(last, Codec.text(), (line, _) -> Outcome.done(line + ", " + last + " by " + number))
        .result(Codec.text())
        .build();
  }

  private static final Pipeline FIRST = version(1, "clean");
  private static final Pipeline SECOND = version(2, "check");
  private static final Pipeline BOTH = Pipeline.together(List.of(FIRST, SECOND));

  private void submit(String id, String key, @Nullable Integer version) {
    var record = Rig.job(rig.topics().phase("cities", "fetch"), id, key, id);
    if (version != null) ItemVersion.submit(record.headers(), version);
    rig.sendAndWait(record);
  }

  private static List<String> values(Collection<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(TopicView::value).toList();
  }

  @Test
  void aWorkerLeavesWhatItDoesNotHaveToOneThatHasItInOrder() {
    rig.create(BOTH, 1).create(List.of(rig.topics().workers()), 1, Map.of());
    var old = rig.start(rig.config("old"), Placement.all(FIRST));
    submit("a-new", "a", 2);
    submit("a-old", "a", 1);
    submit("b-old", "b", 1);
    submit("c-any", "c", null);
    var done = rig.done(BOTH);
    done.await(2);
    Wait.until("it says so", () -> !Rig.status(old, "fetch").condition().isEmpty());

    assertThat(Rig.status(old, "fetch").condition())
        .isEqualTo(
            "1 item waits for version 2 of pipeline 'cities', of which this process has version 1:"
                + " add its plug-in here, or stop this worker and start one that has it");
    assertThat(values(done.read()))
        .containsExactlyInAnyOrder(
            "b-old fetched by 1, clean by 1", "c-any fetched by 1, clean by 1");
    old.close();

    rig.start(rig.config("new"), Placement.all(BOTH));
    submit("d-any", "d", null);
    var all = done.await(5);
    assertThat(values(all))
        .containsExactlyInAnyOrder(
            "b-old fetched by 1, clean by 1",
            "c-any fetched by 1, clean by 1",
            "a-new fetched by 2, check by 2",
            "a-old fetched by 1, clean by 1",
            "d-any fetched by 2, check by 2");
    for (var record : all) {
      var named = TopicView.header(record.headers(), HeaderNames.VERSION);
      assertThat(named).isEqualTo(TopicView.value(record).endsWith("2") ? "2" : null);
    }
    assertThat(rig.dead(BOTH).read()).isEmpty();
    var fetched = rig.view(rig.topics().phase("cities", "check")).read();
    assertThat(values(fetched)).contains("a-new fetched by 2");
  }

  /// Neither server ever has both: the partition is theirs in turn.
  @Test
  void serversWithOneVersionEachServeEachOthersItemsInOrder() {
    rig.create(BOTH, 1).create(List.of(rig.topics().workers()), 1, Map.of());
    var fetched = Collections.synchronizedList(new ArrayList<String>());
    for (var version : List.of(1, 2)) {
      var only =
          Pipeline.named("cities")
              .version(version)
              .phase("fetch", Codec.text(), (id, _) -> fetched(id + " by " + version, fetched))
              .result(Codec.text())
              .build();
      rig.start(rig.config("server-" + version), Placement.all(only));
    }
    submit("1st", "a", 1);
    submit("2nd", "a", 2);
    submit("3rd", "a", 1);

    assertThat(values(rig.done(BOTH).await(3))).containsExactlyElementsOf(fetched);
    assertThat(fetched).containsExactly("1st by 1", "2nd by 2", "3rd by 1");
    assertThat(rig.dead(BOTH).read()).isEmpty();
  }

  /// Three servers, none of which has all three versions: each item ends once, under its own, and
  /// keys whose items are of several versions stay in order.
  @Test
  @Tag("soak")
  void aMixOfVersionsOnServersThatHaveOneOrTwoOfThemEndsOnceAndInOrder() {
    rig.create(BOTH, 4).create(List.of(rig.topics().workers()), 1, Map.of());
    var order = new KeyOrder();
    for (var versions : List.of(List.of(1), List.of(2, 3), List.of(3))) {
      var had = Pipeline.together(versions.stream().map(one -> watched(one, order)).toList());
      rig.start(rig.config("has-" + versions.getFirst()), Placement.all(had));
    }
    var random = new Random(7);
    for (var i = 0; i < 80; i++) {
      var key = "k" + random.nextInt(20);
      var version = 1 + random.nextInt(3);
      var record = Rig.job(rig.topics().phase("cities", "fetch"), "j" + i, key, version + " " + i);
      ItemVersion.submit(record.headers(), version);
      rig.sendAndWait(record);
    }

    assertThat(new HashSet<>(values(rig.done(BOTH).await(80)))).hasSize(80);
    order.verify(80);
    assertThat(rig.dead(BOTH).read()).isEmpty();
  }

  /// Its results name the item, if the version that handled it is its own.
  private static Pipeline watched(int version, KeyOrder order) {
    return Pipeline.named("cities")
        .version(version)
        .phase(
            "fetch",
            Codec.text(),
            (text, context) -> {
              var words = text.split(" ", -1);
              var key = context.key().orElseThrow();
              order.enter(key, Integer.parseInt(words[1]));
              order.leave(key);
              var isOwn = words[0].equals(String.valueOf(version));
              return isOwn ? Outcome.done(text) : Outcome.dead(text + " under " + version);
            })
        .result(Codec.text())
        .build();
  }

  private static Outcome<String> fetched(String by, List<String> all) {
    all.add(by);
    return Outcome.done(by);
  }

  /// Version 1 is gone: what it left in a phase that is gone too goes on under version 2.
  @Test
  void aMigrationTakesOverWhatAnOlderVersionLeft() {
    var migrating =
        Pipeline.named("cities")
            .version(2)
            .phase("fetch", Codec.text(), (name, _) -> Outcome.next(name + " fetched by 2"))
            .phase("check", Codec.text(), (line, _) -> Outcome.done(line + ", check by 2"))
            .result(Codec.text())
            .migrateFrom(
                1,
                how ->
                    how.payload("fetch", Codec.text(), name -> "once " + name)
                        .move("clean", "check", Codec.text(), VersionsTest::moved))
            .build();
    rig.create(migrating, 1);
    var clean = rig.topics().phase("cities", "clean");
    for (var name : List.of("left", "broken")) {
      var record = Rig.job(clean, name, name, name);
      record.headers().add(HeaderNames.PARENT, "fetch/0/7".getBytes(UTF_8));
      rig.sendAndWait(record);
    }
    submit("old", "k", 1);
    submit("new", "k", 2);
    rig.start(rig.config("new"), Placement.all(migrating));

    var done = new ArrayList<>(values(rig.done(migrating).await(3)));
    assertThat(done)
        .containsExactlyInAnyOrder(
            "once old fetched by 2, check by 2",
            "new fetched by 2, check by 2",
            "moved left, check by 2");
    var dead = rig.dead(migrating).await(1).getFirst();
    assertThat(TopicView.reason(dead))
        .isEqualTo(
            "the migration of pipeline 'cities' from version 1 to 2 failed:"
                + " java.lang.IllegalStateException: it is broken");
    assertThat(TopicView.header(dead, HeaderNames.PHASE)).isEqualTo("clean");
    assertThat(TopicView.header(dead.headers(), HeaderNames.VERSION))
        .as("redriven, it is one of version 1")
        .isNull();
  }

  private static String moved(String name) {
    if (name.equals("broken")) throw new IllegalStateException("it is broken");
    return "moved " + name;
  }
}
