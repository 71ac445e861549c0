package dev.phaseline.worker.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

final class TopicFactsTest {
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  private static long keptMs(String policy, String retentionMs, String segmentMs) {
    var entries = new ArrayList<ConfigEntry>();
    entries.add(new ConfigEntry("cleanup.policy", policy));
    entries.add(new ConfigEntry("retention.ms", retentionMs));
    entries.add(new ConfigEntry("segment.ms", segmentMs));
    return TopicFacts.keptMs(new Config(entries));
  }

  @Test
  void aRecordMayOutliveTheRetentionByASegmentAndWhatBrokersTakeToDeleteIt() {
    assertThat(keptMs("delete", "" + 7 * DAY_MS, "" + DAY_MS))
        .isEqualTo(8 * DAY_MS + Duration.ofHours(2).toMillis());
  }

  @Test
  void whatHasNoRetentionIsKeptForEver() {
    assertThat(keptMs("delete", "-1", "" + DAY_MS)).isEqualTo(Long.MAX_VALUE);
    assertThat(keptMs("delete", "" + Long.MAX_VALUE, "" + DAY_MS)).isEqualTo(Long.MAX_VALUE);
    assertThat(keptMs("compact,delete", "" + DAY_MS, "" + DAY_MS)).isEqualTo(Long.MAX_VALUE);
    assertThat(TopicFacts.keptMs(new Config(List.of()))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aRetentionIsKnownOfTopicsThatWereLookedAt() {
    var limits = new TopicLimits(Map.of(), Map.of("a", 5L, "b", Long.MAX_VALUE), 1_000);
    assertThat(limits.retention("a")).contains(Duration.ofMillis(5));
    assertThat(limits.retention("b")).contains(ChronoUnit.FOREVER.getDuration());
    assertThat(limits.retention("c")).isEmpty();
  }
}
