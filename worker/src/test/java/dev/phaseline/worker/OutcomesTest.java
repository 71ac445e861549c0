package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.HeaderNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// What becomes of items whose handlers say what they want, on a real broker.
final class OutcomesTest extends BrokerTest {
  @Test
  void aChainOfThreePhasesTakesEveryItemThroughOnceAndKeepsTheOrderOfEachKey() {
    var items = 20_000;
    var keys = 500;
    var orders = List.of(new KeyOrder(), new KeyOrder(), new KeyOrder());
    var builder = Pipeline.named("chain");
    for (var i = 0; i < 3; i++) {
      var order = orders.get(i);
      builder.phase(
          List.of("one", "two", "three").get(i),
          Codec.text(),
          (text, context) -> {
            var key = context.key().orElseThrow();
            order.enter(key, Integer.parseInt(text));
            try {
              return Outcome.next(text);
            } finally {
              order.leave(key);
            }
          });
    }
    var pipeline = builder.result(Codec.text()).build();
    rig.create(pipeline, 4);
    rig.submit(pipeline, 0, items, i -> "key-" + i % keys);
    var worker = rig.start(pipeline);
    rig.done(pipeline).await(items);
    worker.close();

    var done = rig.done(pipeline).read();
    TopicView.assertJobsOnce(done, items);
    assertThat(done)
        .allSatisfy(
            record ->
                assertThat("job-" + TopicView.value(record))
                    .isEqualTo(TopicView.item(record).jobId()));
    assertThat(rig.dead(pipeline).read()).isEmpty();
    orders.forEach(order -> order.verify(items));
    assertThat(worker.status()).allSatisfy(s -> assertThat(s.completed()).isEqualTo(items));
  }

  @Test
  void aFanOutIsVisibleAsAWholeOrNotAtAllInEachPartitionAndEveryChildIsThereOnce() {
    var children = 100_000;
    var pipeline =
        Pipeline.named("fan")
            .phase(
                "split",
                Codec.text(),
                (count, _) ->
                    Outcome.fanOut(
                        IntStream.range(0, Integer.parseInt(count))
                            .mapToObj(Integer::toString)
                            .toList()))
            .phase("leaf", Codec.text(), (text, _) -> Outcome.done(text))
            .result(Codec.text())
            .build();
    rig.create(pipeline, 4);
    var split = rig.topics().phase("fan", "split");
    rig.send(Rig.job(split, "none", null, "0"));
    rig.send(Rig.job(split, "one", null, "1"));
    rig.sendAndWait(Rig.job(split, "many", null, Integer.toString(children)));
    var splitOnly = List.of(new Placement(pipeline, "split", pipeline.phase("split").options(), 1));
    var worker = rig.start(rig.config("s1"), splitOnly);
    var leaves = rig.view(rig.topics().phase("fan", "leaf"));
    var looks = new HashSet<Map<Integer, Long>>();
    Wait.until(
        "all children are visible",
        () -> {
          var visible = leaves.read();
          looks.add(childrenOf("many", visible));
          return visible.size() == children + 1;
        });
    worker.close();

    var seen = leaves.read();
    // Kafka ends a transaction in one partition after the other.
    var all = childrenOf("many", seen);
    for (var look : looks) {
      assertThat(all).as("where something was visible, all was").containsAllEntriesOf(look);
    }
    assertThat(new HashSet<>(TopicView.ids(seen))).hasSize(children + 1).hasSameSizeAs(seen);
    for (var child : seen) {
      var item = TopicView.item(child);
      assertThat(item.path()).isEqualTo("/" + TopicView.value(child));
      assertThat(item.identity().siblings()).isEqualTo(item.jobId().equals("many") ? children : 1);
    }
    // an item without children is done
    assertThat(TopicView.ids(rig.done(pipeline).read())).containsExactly("none");

    rig.start(pipeline);
    var done = rig.done(pipeline).await(children + 2);
    assertThat(new HashSet<>(TopicView.ids(done))).hasSize(children + 2).hasSameSizeAs(done);
  }

  /// How many children of a job are in each partition.
  private static Map<Integer, Long> childrenOf(
      String job, List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(record -> TopicView.header(record, HeaderNames.JOB).equals(job))
        .collect(Collectors.groupingBy(ConsumerRecord::partition, Collectors.counting()));
  }

  @Test
  void anItemGoesWhereTheHandlerSaysAndAPhaseThatIsNotThereIsItsOwnFailure() {
    var pipeline =
        Pipeline.named("routes")
            .phase(
                "start",
                Codec.text(),
                (text, _) ->
                    switch (text) {
                      case "skip" -> Outcome.to("end", "skipped");
                      case "nowhere" -> Outcome.to("middel", "lost");
                      case "children" -> Outcome.fanOut("end", List.of("a", "b"));
                      case "strays" -> Outcome.fanOut("ende", List.of("a"));
                      default -> Outcome.next(text);
                    })
            .phase("middle", Codec.text(), (text, _) -> Outcome.next(text + " by the middle"))
            .phase(
                "end",
                Codec.text(),
                (text, _) ->
                    text.equals("again") ? Outcome.to("start", "plain") : Outcome.next(text))
            .result(Codec.text())
            .build();
    rig.create(pipeline, 2);
    var start = rig.topics().phase("routes", "start");
    for (var name : List.of("plain", "skip", "nowhere", "children", "strays")) {
      rig.send(Rig.job(start, name, name, name));
    }
    rig.send(Rig.job(rig.topics().phase("routes", "end"), "again", "again", "again"));
    rig.start(pipeline);
    var done = rig.done(pipeline).await(5);
    assertThat(done.stream().map(r -> TopicView.item(r).itemId() + "=" + TopicView.value(r)))
        .containsExactlyInAnyOrder(
            "plain=plain by the middle",
            "skip=skipped",
            "children/0=a",
            "children/1=b",
            "again=plain by the middle");
    var dead = rig.dead(pipeline).await(2);
    assertThat(TopicView.ids(dead)).containsExactlyInAnyOrder("nowhere", "strays");
    assertThat(dead)
        .allSatisfy(letter -> assertThat(TopicView.kind(letter)).isEqualTo("bad_outcome"));
    assertThat(dead.stream().map(TopicView::reason))
        .containsExactlyInAnyOrder(
            "the handler chose phase 'middel', but there are [start, middle, end]",
            "the handler chose phase 'ende', but there are [start, middle, end]");
  }

  @Test
  void aResultNeedsACodecAndDoneWithoutOneIsARecordWithoutAValue() {
    var pipeline =
        Pipeline.named("results")
            .phase(
                "only",
                Codec.text(),
                (text, _) ->
                    switch (text) {
                      case "result" -> Outcome.done("kept");
                      case "next" -> Outcome.next("kept too");
                      case "split" -> Outcome.fanOut(List.of("x"));
                      default -> Outcome.done();
                    })
            .build();
    rig.create(pipeline, 1);
    var only = rig.topics().phase("results", "only");
    for (var name : List.of("result", "next", "split", "plain")) {
      rig.send(Rig.job(only, name, name, name));
    }
    rig.start(pipeline);
    var dead = rig.dead(pipeline).await(3);
    assertThat(TopicView.ids(dead)).containsExactlyInAnyOrder("result", "next", "split");
    assertThat(dead.stream().map(TopicView::reason))
        .containsOnly(
            "the handler returned a result, but the pipeline declares no codec for one",
            "a fan-out in the last phase names no phase");
    var done = rig.done(pipeline).await(1);
    assertThat(TopicView.ids(done)).containsExactly("plain");
    assertThat(done.getFirst().value()).isNull();
  }

  @Test
  void aRecordWithoutOurHeadersIsAJobNamedByItsPlace() {
    var contexts = new ConcurrentHashMap<String, String>();
    var pipeline =
        Pipeline.named("plain")
            .phase(
                "only",
                Codec.text(),
                (text, context) -> {
                  contexts.put(text, context.itemId() + " " + context.path());
                  return Outcome.done();
                })
            .build();
    rig.create(pipeline, 1);
    var only = rig.topics().phase("plain", "only");
    var place = rig.sendAndWait(new ProducerRecord<>(only, "hello".getBytes(UTF_8)));
    rig.start(pipeline);
    var done = rig.done(pipeline).await(1);
    var id = only + "-0-" + place.offset();
    assertThat(TopicView.item(done.getFirst()).jobId()).isEqualTo(id);
    assertThat(contexts).containsEntry("hello", id + " /");
  }

  @Test
  void tagsTraceAndForeignHeadersTravelOnThroughEveryPhase() {
    var tags = new ConcurrentHashMap<String, Map<String, String>>();
    var pipeline =
        Pipeline.named("travel")
            .phase(
                "split",
                Codec.text(),
                (text, context) -> {
                  tags.put("split", context.tags());
                  return Outcome.fanOut(List.of(text, text));
                })
            .phase(
                "leaf",
                Codec.text(),
                (text, context) -> {
                  tags.put("leaf", context.tags());
                  return context.path().equals("/1") ? Outcome.dead("enough") : Outcome.done();
                })
            .build();
    rig.create(pipeline, 1);
    var record =
        new ProducerRecord<byte[], byte[]>(
            rig.topics().phase("travel", "split"), null, "x".getBytes(UTF_8));
    record
        .headers()
        .add(HeaderNames.JOB, "j".getBytes(UTF_8))
        .add(HeaderNames.TAGS, "tenant=acme;run=7".getBytes(UTF_8))
        .add(HeaderNames.TRACE_PARENT, "00-abc-def-01".getBytes(UTF_8))
        .add(HeaderNames.TRACE_STATE, "vendor=x".getBytes(UTF_8))
        .add("x-route", new byte[] {0, 1, (byte) 0xFF})
        .add("x-route", new byte[0])
        .add("x-empty", null);
    rig.send(record);
    rig.start(pipeline);
    var ends =
        List.of(rig.done(pipeline).await(1).getFirst(), rig.dead(pipeline).await(1).getFirst());
    for (var end : ends) {
      assertThat(TopicView.item(end).job().tagMap())
          .isEqualTo(Map.of("tenant", "acme", "run", "7"));
      assertThat(TopicView.header(end, HeaderNames.TRACE_PARENT)).isEqualTo("00-abc-def-01");
      assertThat(TopicView.header(end, HeaderNames.TRACE_STATE)).isEqualTo("vendor=x");
      var foreign = new ArrayList<byte[]>();
      end.headers().headers("x-route").forEach(header -> foreign.add(header.value()));
      assertThat(foreign).containsExactly(new byte[] {0, 1, (byte) 0xFF}, new byte[0]);
      assertThat(end.headers().lastHeader("x-empty").value()).isNull();
    }
    assertThat(tags.get("split")).isEqualTo(tags.get("leaf")).containsEntry("tenant", "acme");
  }

  @Test
  void inAPhaseOrderedByPartitionItemsOfOnePartitionRunOneAtATimeInOffsetOrder() {
    var order = new KeyOrder();
    var pipeline =
        Pipeline.named("lined")
            .phase(
                "only",
                Codec.text(),
                (text, _) -> {
                  order.enter("all", Integer.parseInt(text));
                  order.leave("all");
                  return Outcome.done();
                },
                options -> options.withOrdering(Ordering.PARTITION))
            .build();
    rig.create(pipeline, 1);
    rig.submit(pipeline, 0, 2_000, i -> "key-" + i);
    rig.start(pipeline);
    rig.done(pipeline).await(2_000);
    order.verify(2_000);
  }
}
