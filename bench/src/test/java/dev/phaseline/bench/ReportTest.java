package dev.phaseline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static Row row(String name, double... values) {
    var row = new Row(name, 10);
    for (var value : values) row.add("items/s", value);
    return row;
  }

  private static Report report(Row... rows) {
    return new Report(
        "chain",
        Map.of("phases", 3),
        List.of(rows),
        Map.of("a / b", 2.0, "a / nobody", Double.NaN),
        List.of(Goal.atLeast("a / b", 1.0, 2.0)));
  }

  @Test
  void jsonIsOneLineWithEveryRoundAndTheRatios() throws JsonProcessingException {
    var json = report(row("a", 4, 2, 6), row("b", 2, 2, 2)).json();

    assertThat(json).doesNotContain("\n");
    var root = new ObjectMapper().readTree(json);
    assertThat(root.at("/bench").asText()).isEqualTo("chain");
    assertThat(root.at("/valid").asBoolean()).isTrue();
    var rate = root.at("/results/0/figures/items~1s");
    assertThat(rate.at("/median").asDouble()).isEqualTo(4);
    assertThat(rate.at("/min").asDouble()).isEqualTo(2);
    assertThat(rate.at("/max").asDouble()).isEqualTo(6);
    assertThat(rate.at("/rounds")).hasSize(3);
    assertThat(root.at("/ratios/a ~1 b").asDouble()).isEqualTo(2);
    assertThat(root.at("/goals/0/met").asBoolean()).isTrue();
    assertThat(root.at("/machine/cpus").asInt()).isPositive();
    assertThat(root.at("/versions/kafka").asText()).matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void whatWasNotMeasuredIsNullAndNotAWordThatIsNoJson() throws JsonProcessingException {
    var root = new ObjectMapper().readTree(report(row("a", 1)).json());

    assertThat(root.at("/ratios/a ~1 nobody").isNull()).isTrue();
  }

  @Test
  void oneFailedAuditMakesTheWholeReportInvalidForPeopleAndPrograms()
      throws JsonProcessingException {
    var bad = row("b", 2);
    bad.addProblems(1, List.of("3 of 10 items are missing, first 7"));
    var report = report(row("a", 4), bad);

    assertThat(report.valid()).isFalse();
    assertThat(report.text()).contains("INVALID", "round 2: 3 of 10 items are missing, first 7");
    var root = new ObjectMapper().readTree(report.json());
    assertThat(root.at("/valid").asBoolean()).isFalse();
    assertThat(root.at("/results/1/problems/0").asText()).contains("missing");
  }
}
