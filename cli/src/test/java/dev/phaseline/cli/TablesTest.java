package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.control.PlacementCommand;
import dev.phaseline.cli.control.TransactionsCommand;
import dev.phaseline.cli.control.WorkersCommand;
import dev.phaseline.cli.status.JobsCommand;
import dev.phaseline.cli.status.PhaseTable;
import dev.phaseline.cli.text.Table;
import dev.phaseline.cli.text.Table.Fit;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.ops.control.PhasePlacement;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.transactions.OpenTransaction;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import dev.phaseline.schemas.control.Heartbeat.Times;
import dev.phaseline.schemas.control.Heartbeat.Versions;
import dev.phaseline.schemas.control.RunState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// What an operator sees at 80 columns, and at fewer.
final class TablesTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final int[] WIDTHS = {200, 128, 100, 80, 79, 60, 40, 30, 12};

  private static void fits(List<String> lines, int width) {
    assertThat(lines).allSatisfy(line -> assertThat(Widths.of(line)).isLessThanOrEqualTo(width));
  }

  private static JsonNode json(String text) {
    try {
      return JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException wrong) {
      throw new AssertionError(text, wrong);
    }
  }

  private static JsonNode overview() {
    return json(
        """
        {'trouble': [{'severity': 'warning', 'title': '12,345 dead letters wait in customers.normalize',
          'remedy': 'look at them with `phaseline dead list customers phase=normalize`, then redrive or discard them'}],
         'pipelines': [{'name': 'customers', 'phases': [
          {'phase': 'normalize', 'run': 'paused', 'waiting': 1234567, 'inPerSecond': 12345.6,
           'outPerSecond': 0.0, 'running': 0, 'permits': 1600, 'stayP50Ms': 61000, 'stayP99Ms': 7200000,
           'toDrainMs': 360000000, 'dead': 12345, 'waitP50Ms': 0.5, 'waitP99Ms': 3, 'serviceP50Ms': 2,
           'serviceP99Ms': 9},
          {'phase': 'store', 'running': 16, 'permits': 16}]}]}\
        """);
  }

  @Test
  void phasesShowWhatMattersWhereThereIsLittleRoom() {
    for (var width : WIDTHS) fits(PhaseTable.lines(overview(), width, false), width);
    var lines = PhaseTable.lines(overview(), 80, false);
    assertThat(lines.get(lines.size() - 3))
        .contains("PHASE", "STATE", "WAITING", "RUNNING", "DEAD", "EMPTY IN", "OUT/S");
    assertThat(lines.get(lines.size() - 2))
        .contains("customers.normalize", "paused", "1,234,567", "0/1600", "12,345", "100h0m");
    assertThat(String.join(" ", lines).replaceAll(" +", " "))
        .contains("dead letters wait in customers.normalize", "then redrive or discard them");

    var narrow = PhaseTable.lines(overview(), 60, false);
    assertThat(narrow.get(narrow.size() - 2)).contains("paused", "1,234,567", "0/1600", "12,345");
    var wide = PhaseTable.lines(overview(), 200, false);
    assertThat(wide.get(wide.size() - 3)).contains("IN/S", "STAY P99", "HDLR P99");
    assertThat(PhaseTable.lines(overview(), 80, true)).anyMatch(line -> line.contains("\u001b[1m"));
  }

  @Test
  void jobsHaveHeadsAndKeepTheEndOfTheirIds() {
    var jobs =
        json(
            """
            {'jobs': [{'state': 'waiting', 'id': 'import-1764500000000-customers-0004711', 'pipeline': 'customers',
              'phase': 'normalize', 'itemsEnded': 1234, 'items': 56789, 'itemsDead': 12,
              'submitted': '2026-11-30T11:57:00.123Z'},
             {'state': 'done', 'id': 'a\\u001b[2Jb', 'pipeline': 'c', 'phase': 'd', 'itemsEnded': 1, 'items': 1,
              'itemsDead': 0, 'submitted': '?'}]}\
            """);
    for (var width : WIDTHS) fits(JobsCommand.lines(jobs, NOW, width), width);
    var lines = JobsCommand.lines(jobs, NOW, 80);
    assertThat(lines.getFirst()).contains("STATE", "JOB", "PHASE", "ENDED", "DEAD", "AGE");
    assertThat(lines.get(1))
        .contains("waiting", "import-", "0004711", "1,234/56,789", " 12 ", "2m");
    assertThat(lines.get(2)).contains("a\\u001b[2Jb").doesNotContain("\u001b");
    assertThat(JobsCommand.lines(jobs, NOW, 60).get(1)).contains("waiting", "4711", "1,234/56,789");
    assertThat(JobsCommand.lines(jobs, NOW, 200).get(1))
        .contains("import-1764500000000-customers-0004711", "2026-11-30T11:57:00.123Z");
  }

  @Test
  void workersFitAndEscapeWhatAHeartbeatSays() {
    var beats =
        List.of(
            beat(
                "customers",
                "normalize",
                "held: the brokers of the lane can't be reached, and so on"),
            beat("\u001b]0;x\u0007\n", "\u202e", ""));
    for (var width : WIDTHS) fits(WorkersCommand.phases(beats, width), width);
    var lines = WorkersCommand.phases(beats, 80);
    assertThat(lines.getFirst()).contains("PHASE", "STATE", "RUNNING", "HELD", "LAG");
    assertThat(WorkersCommand.phases(beats.subList(0, 1), 80).getFirst()).contains("PARTS");
    assertThat(lines.get(1)).contains("customers.normalize", "running", "16/1,600 auto", "5,000");
    assertThat(WorkersCommand.phases(beats, 200).get(2)).contains("\\u001b]0;x\\u0007\\n.\\u202e");
    assertThat(String.join("\n", lines)).doesNotContain("\u001b").doesNotContain("\u202e");
    assertThat(WorkersCommand.phases(beats, 60).get(1)).contains("16/1,600 auto", "123,456");
  }

  private static PhaseBeat beat(String pipeline, String phase, String condition) {
    return new PhaseBeat(
        pipeline,
        phase,
        RunState.RUNNING,
        2,
        1_600,
        true,
        4,
        16,
        5_000,
        0,
        0,
        123_456,
        1,
        0,
        0,
        0,
        condition,
        "",
        Versions.UNKNOWN,
        Times.NONE,
        List.of());
  }

  @Test
  void placementsNameThePhaseTheServerAndWhatIsSet() {
    var beat = beat("customers", "normalize", Heartbeat.STANDBY + ": start it");
    var setting =
        new ControlSetting(RunState.RUNNING, 12, null, 1, "op", new Author("a", "b", ""), NOW);
    var heartbeat =
        new Heartbeat("worker-1", "1", "host", 1, NOW, false, List.of(beat), null, "", NOW);
    var workers =
        List.of(new WorkerView(heartbeat, WorkerView.Liveness.LIVE, java.time.Duration.ZERO));
    var normalize = new ControlScope.OfPhase("customers", "normalize");
    var phases =
        PhasePlacement.all(
            Map.of("customers", List.of("normalize", "store")),
            workers,
            Map.of(new ControlScope.OfPhaseAt("worker-1", normalize), setting));
    var waiting = Map.of("customers.store", 1_204L);
    for (var width : WIDTHS) fits(PlacementCommand.lines(phases, waiting, width), width);
    var lines = PlacementCommand.lines(phases, waiting, 80);
    assertThat(lines.get(0)).contains("PHASE", "SERVER", "STATE", "RUNNING", "SET", "LAG");
    assertThat(lines.get(1))
        .contains("customers.normalize", "worker-1", "standby", "16/1,600 auto", "12 here");
    assertThat(lines.get(2)).contains("customers.store", "no worker", "1,204");
  }

  @Test
  void transactionsFit() {
    var hanging =
        new OpenTransaction(
            4711,
            3,
            "pl-worker-customers-normalize-server-with-a-long-name-12-7",
            OpenTransaction.State.HANGING,
            "CompleteAbort\u001b[2J",
            null,
            null,
            NOW.minusSeconds(90),
            List.of(
                new OpenTransaction.Part(
                    new TopicPartition("production.customers.normalize", 11),
                    123_456_789,
                    4_711,
                    0)));
    for (var width : new int[] {200, 80, 60, 40}) {
      fits(TransactionsCommand.lines(hanging, NOW, width), width);
    }
    assertThat(String.join("\n", TransactionsCommand.lines(hanging, NOW, 80)))
        .contains("producer ", "HANGS", "transactional id ", "from offset");
  }

  @Test
  void columnsOfLeastUseGoFirstAndThenNamesAreCut() {
    var table =
        new Table(
            List.of(
                Table.text("NAME", Fit.NAME),
                Table.number("N", Fit.NEEDED),
                Table.number("USE", Fit.USEFUL),
                Table.text("MORE", Fit.EXTRA),
                Table.text("EMPTY", Fit.WANTED)));
    table.row("a-long-name", "1", "22", "more", "");
    table.row("b", "100", "2", "m", "");
    assertThat(table.lines(80))
        .containsExactly(
            "NAME           N  USE  MORE",
            "a-long-name    1   22  more",
            "b            100    2  m");
    assertThat(table.lines(26))
        .containsExactly("NAME           N  USE", "a-long-name    1   22", "b            100    2");
    assertThat(table.lines(20))
        .containsExactly("NAME           N", "a-long-name    1", "b            100");
    assertThat(table.lines(14))
        .containsExactly("NAME         N", "a-long-n\u2026    1", "b          100");
  }

  @Test
  void lettersOfTwoColumnsCountAsTwo() {
    assertThat(Widths.of("\u6771\u4eac")).isEqualTo(4);
    assertThat(Widths.of("\ud83d\ude80")).isEqualTo(2);
    assertThat(Widths.of("e\u0301")).isEqualTo(1);
    assertThat(Widths.cut("\u6771\u4eac\u90fd", 5)).isEqualTo("\u6771\u4eac\u2026");
    assertThat(Widths.cutInTheMiddle("abcdefghij", 6)).isEqualTo("ab\u2026hij");
    assertThat(Widths.wrapped("one two three", 7, "  ")).containsExactly("one two", "  three");
    assertThat(Widths.wrapped("abcdefghij k", 4, " "))
        .containsExactly("abcd", " efg", " hij", " k");
  }
}
