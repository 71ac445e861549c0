package dev.phaseline.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/// The names of a record: by phase ([RecordRef]), by topic ([RecordAddress]) and in a topic that is
/// known ([PartitionOffset]).
final class RecordNamesTest {
  @Test
  void textAndParseAreEachOthersInverse() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 2_000; i++) {
      var partition = random.nextInt(Integer.MAX_VALUE);
      var offset = random.nextLong(Long.MAX_VALUE);
      var ref = new RecordRef("dead-actions_" + random.nextInt(9), partition, offset);
      assertThat(RecordRef.parse(ref.toString())).as("seed %d", seed).isEqualTo(ref);
      var address = new RecordAddress("pl.a-1.b-" + random.nextInt(9), partition, offset);
      assertThat(RecordAddress.parse(address.toString())).as("seed %d", seed).isEqualTo(address);
      var place = new PartitionOffset(partition, offset);
      assertThat(PartitionOffset.parse(place.toString())).as("seed %d", seed).isEqualTo(place);
    }
    var greatest = new RecordRef("p", Integer.MAX_VALUE, Long.MAX_VALUE);
    assertThat(RecordRef.parse(greatest.toString())).isEqualTo(greatest);
  }

  @Test
  void textThatNamesNoRecordIsNone() {
    for (var text :
        List.of(
            "",
            "/",
            "//",
            "fetch",
            "fetch/0",
            "/0/1",
            "fetch/0/1/2",
            "fetch//1",
            "fetch/0/",
            "fetch/-1/2",
            "fetch/0/+2",
            "fetch/2147483648/2",
            "fetch/0/9223372036854775808",
            "fetch/0/99999999999999999999",
            "p".repeat(101) + "/0/1")) {
      assertThat(RecordRef.parse(text)).as(text).isNull();
      assertThat(RecordAddress.parse(text.replace('/', '-')))
          .as(text)
          .satisfiesAnyOf(
              read -> assertThat(read).isNull(),
              read -> assertThat(read).hasToString(text.replace('/', '-'))); // dashes in a topic
    }
    assertThat(RecordRef.parse(null)).isNull();
    assertThatIllegalArgumentException().isThrownBy(() -> RecordRef.valueOf("fetch/0"));
    assertThatIllegalArgumentException().isThrownBy(() -> new RecordRef("a/b", 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new RecordRef("a", -1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new RecordAddress("", 0, 0));
  }

  @Test
  void textThatNamesNoPlaceInATopicIsNone() {
    for (var text :
        List.of(
            "",
            "-",
            "7",
            "0-",
            "-1",
            "0--1",
            "-0-1",
            "0-1-2",
            "0/1",
            "0-+1",
            " 0-1",
            "0-1 ",
            "0-\u0661",
            "2147483648-0",
            "0-9223372036854775808",
            "0-99999999999999999999")) {
      assertThat(PartitionOffset.parse(text)).as(text).isNull();
    }
    assertThat(PartitionOffset.parse("2147483647-9223372036854775807"))
        .isEqualTo(new PartitionOffset(Integer.MAX_VALUE, Long.MAX_VALUE));
    assertThatIllegalArgumentException().isThrownBy(() -> new PartitionOffset(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new PartitionOffset(0, -1));
  }

  @Test
  void placesInATopicAreInTheOrderOfPartitionsAndOffsets() {
    var places = new ArrayList<PartitionOffset>();
    for (var text : List.of("10-0", "0-10", "9-5", "0-9")) {
      places.add(Objects.requireNonNull(PartitionOffset.parse(text)));
    }
    Collections.sort(places);
    assertThat(places)
        .extracting(PartitionOffset::toString)
        .containsExactly("0-9", "0-10", "9-5", "10-0");
  }

  @Test
  void jobThatBringsNoIdIsCalledByItsAddress() {
    var record = new ConsumerRecord<byte[], byte[]>("pl.a.b", 3, 17, null, new byte[0]);
    var identity =
        ItemIdentity.read(record.topic(), record.partition(), record.offset(), record.headers());
    assertThat(RecordAddress.parse(identity.jobId())).isEqualTo(RecordAddress.of(record));
  }
}
