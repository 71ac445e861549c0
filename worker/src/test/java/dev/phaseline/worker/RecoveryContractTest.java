package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// The recovery contract on a broker: a worker makes of each answer of a failure handler, and of
/// each end of a compensation, what the table has, which the test kit is held to as well
/// ([RecoveryContractInTheKitTest]).
final class RecoveryContractTest extends BrokerTest {

  @Test
  void aWorkerMakesOfEachFailureWhatTheTableHas() throws Exception {
    var cases = new RecoveryCases();
    var pipeline = cases.pipeline();
    var expected = OutcomeTable.expected("recovery-contract.txt");
    rig.create(pipeline, 1);
    var now = InstantSource.system().instant();
    for (var job : RecoveryCases.JOBS) rig.send(record(job, now));
    var worker = rig.start(pipeline);
    var done = rig.done(pipeline);
    var dead = rig.dead(pipeline);
    Wait.until(
        "each has its end",
        () -> {
          assertThat(worker.failure()).isEmpty();
          return done.read().size() + dead.read().size() >= expected.size();
        });
    worker.close();

    var table = new OutcomeTable();
    for (var record : done.read()) {
      var item = TopicView.item(record).itemId();
      var ended = TopicView.header(record.headers(), HeaderNames.ENDED);
      if (HeaderNames.ENDED_COMPENSATED.equals(ended)) {
        var cause = TopicView.header(record, HeaderNames.COMPENSATING);
        assertThat(record.value()).isNull();
        assertThat(record.headers().lastHeader(HeaderNames.FINISHED)).isNull();
        table.compensated(item, cause, cases.runsOf(item));
      } else {
        assertThat(record.headers().lastHeader(HeaderNames.COMPENSATING)).isNull();
        table.done(item, TopicView.value(record), cases.runsOf(item));
      }
    }
    for (var letter : dead.read()) {
      var item = TopicView.item(letter).itemId();
      table.dead(
          item,
          TopicView.kind(letter),
          TopicView.reason(letter),
          Integer.parseInt(TopicView.header(letter, HeaderNames.ATTEMPT)),
          cases.runsOf(item),
          OutcomeContractTest.history(TopicView.header(letter.headers(), HeaderNames.HISTORY)));
    }
    table.check("recovery-on-a-broker.txt", expected);
  }

  /// As a job client writes it.
  private ProducerRecord<byte[], byte[]> record(String job, Instant now) {
    var topic = rig.topics().phase("r", "reserve");
    var record = new ProducerRecord<>(topic, ("k-" + job).getBytes(UTF_8), job.getBytes(UTF_8));
    var facts =
        ItemHeaders.JobFacts.NONE
            .withSubmitted(now)
            .withDeadline(now.plus(RecoveryCases.deadline(job)));
    ItemHeaders.ofJob(job).withJob(facts).addTo(record.headers());
    return record;
  }
}
