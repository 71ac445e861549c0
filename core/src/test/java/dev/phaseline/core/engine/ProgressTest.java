package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

class ProgressTest {
  private static final UUID TOPIC = new UUID(0x0123456789ABCDEFL, -2);

  @Property
  void whatIsWrittenIsReadBack(@ForAll("progress") Progress progress) throws Exception {
    assertThat(Progress.decode(progress.frontier(), progress.encode())).isEqualTo(progress);
  }

  private static Quarantine.Trial worst(int at) {
    var span = 1L << 59;
    var from = (1L << 62) + at * span;
    return new Quarantine.Trial(from, from + span, Integer.MAX_VALUE, 0);
  }

  @Property
  void textNeverGrowsOverWhatBrokersTake(@ForAll("progress") Progress progress) {
    assertThat(progress.encode().length()).isLessThanOrEqualTo(Progress.CHARS_MAX);
  }

  @Property(tries = 300)
  void everySetWithinTheSpanFitsWhateverStandsBesideIt(
      @ForAll("frontiers") long frontier,
      @ForAll @IntRange(max = Progress.SPAN_ALWAYS) int span,
      @ForAll @IntRange(min = 1, max = 64) int every,
      @ForAll long seq) {
    var open = new long[(span + every - 1) / every];
    for (var i = 0; i < open.length; i++) open[i] = frontier + (long) i * every;
    var worst =
        new Progress(
            Math.abs(seq % Long.MAX_VALUE),
            frontier,
            frontier + span,
            Progress.Offsets.of(open),
            true,
            new Quarantine(
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                List.of(worst(0), worst(1), worst(2), worst(3)),
                worst(4)),
            TOPIC);

    assertThat(Progress.fits(frontier, frontier + span, open, open.length)).isTrue();
    assertThat(worst.encode().length()).isLessThanOrEqualTo(Progress.CHARS_MAX);
  }

  @Property
  void whatIsSaidToFitFits(
      @ForAll("frontiers") long frontier,
      @ForAll @IntRange(min = 1, max = 3_500) int count,
      @ForAll @LongRange(min = 1, max = 1L << 40) long gap) {
    var open = new long[count];
    for (var i = 0; i < count; i++) open[i] = frontier + i * gap;
    var through = open[count - 1] + 1;

    if (Progress.fits(frontier, through, open, count)) {
      var progress = progress(Long.MAX_VALUE, frontier, through, open);
      assertThat(progress.encode().length()).isLessThanOrEqualTo(Progress.CHARS_MAX);
    } else {
      assertThat(through - frontier).isGreaterThan(Progress.SPAN_ALWAYS);
    }
  }

  /// The ledger relies on it: completing an item never makes a set too long that was not.
  @Property
  void takingAnOffsetOutOfASetThatFitsLeavesOneThatFits(
      @ForAll("frontiers") long frontier,
      @ForAll @IntRange(min = 2, max = 3_000) int count,
      @ForAll @LongRange(min = 1, max = 1L << 20) long gap,
      @ForAll @IntRange(max = 2_999) int gone) {
    var open = new long[count];
    for (var i = 0; i < count; i++) open[i] = frontier + i * gap;
    var through = open[count - 1] + 1;
    if (!Progress.fits(frontier, through, open, count)) return;

    var left = new long[count - 1];
    var out = gone % count;
    for (var i = 0; i < left.length; i++) left[i] = open[i < out ? i : i + 1];

    assertThat(Progress.fits(left[0], through, left, left.length)).isTrue();
  }

  @Property
  void aFlippedBitIsNoticed(
      @ForAll("progress") Progress progress, @ForAll @IntRange(max = 100_000) int bit) {
    var bytes = Base64.getUrlDecoder().decode(progress.encode());
    var at = bit % (bytes.length * 8);
    bytes[at / 8] ^= (byte) (1 << (at % 8));

    assertThatThrownBy(() -> Progress.decode(progress.frontier(), text(bytes)))
        .isInstanceOf(Progress.UndecodableException.class);
  }

  @Property
  void textThatIsCutIsNoticed(
      @ForAll("progress") Progress progress, @ForAll @IntRange(max = 10_000) int keep) {
    var text = progress.encode();
    var cut = text.substring(0, keep % text.length());

    assertThatThrownBy(() -> Progress.decode(progress.frontier(), cut))
        .isInstanceOf(Progress.UndecodableException.class);
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text, @ForAll("frontiers") long frontier) {
    try {
      assertThat(Progress.decode(frontier, text).frontier()).isEqualTo(frontier);
    } catch (Progress.UndecodableException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  /// Even with a checksum that is right: a program with a bug writes one too.
  @Property
  void anyBodyIsReadOrRefused(
      @ForAll byte[] body, @ForAll @IntRange(min = 1, max = 3) int version) {
    var whole = new byte[body.length + 2];
    whole[0] = 'P';
    whole[1] = (byte) version;
    System.arraycopy(body, 0, whole, 2, body.length);
    try {
      var progress = Progress.decode(0, text(withCrc(whole)));
      assertThat(progress.frontier()).isZero();
    } catch (Progress.UndecodableException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }

  @Property
  void completeIsWhatItSays(@ForAll("progress") Progress progress) {
    var open = new TreeSet<Long>();
    for (var i = 0; i < progress.incomplete().size(); i++) open.add(progress.incomplete().at(i));
    for (var offset = progress.frontier() - 2;
        offset < Math.min(progress.frontier() + 40, progress.through() + 3);
        offset++) {
      var complete =
          offset < progress.frontier() || (offset < progress.through() && !open.contains(offset));
      assertThat(progress.isComplete(offset)).as("offset " + offset).isEqualTo(complete);
    }
  }

  @Example
  void textOfSomebodyElseIsRefusedByName() {
    var foreign =
        Base64.getUrlEncoder()
            .encodeToString("consumer-7 was here".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> Progress.decode(3, "no base 64 at all!"))
        .hasMessageContaining("not written by Phaseline");
    assertThatThrownBy(() -> Progress.decode(3, foreign))
        .hasMessageContaining("not written by Phaseline");
  }

  @Example
  void textOfANewerVersionIsRefusedAndBothVersionsAreNamed() {
    var bytes = Base64.getUrlDecoder().decode(Progress.startingAt(3).encode());
    var newer = Arrays.copyOf(bytes, bytes.length - 4);
    newer[1] = 4;

    assertThatThrownBy(() -> Progress.decode(3, text(withCrc(newer))))
        .hasMessageContaining("newer version")
        .hasMessageContaining("format 4")
        .hasMessageContaining("reads 3");
  }

  @Example
  void textOfTheFirstVersionIsReadAndHasNoTopic() throws Exception {
    var old = Progress.decode(5, "UAECCQUHAgsGAQlixWC8");

    assertThat(old)
        .isEqualTo(
            new Progress(
                9,
                5,
                12,
                Progress.Offsets.of(5, 8),
                false,
                new Quarantine(2, 11, List.of(), new Quarantine.Trial(5, 6, 1, 1)),
                null));
    assertThat(old.isOf(TOPIC)).isTrue();
    assertThat(old.encode())
        .as("what an earlier worker can read")
        .isEqualTo("UAECCQUHAgsGAQlixWC8");
  }

  @Example
  void theLowestVersionIsWrittenThatCanSayIt() {
    var plain = new Quarantine(4, 40, List.of(), Quarantine.Trial.NONE);
    var alone = new Quarantine(4, 40, List.of(), new Quarantine.Trial(11, 12, 1, 2));
    var group = new Quarantine(4, 40, List.of(), new Quarantine.Trial(11, 19, 8, 0));

    assertThat(versionOf(Quarantine.NONE, null)).isEqualTo(1);
    assertThat(versionOf(plain, null)).isEqualTo(1);
    assertThat(versionOf(plain, TOPIC)).isEqualTo(2);
    assertThat(versionOf(alone, TOPIC)).isEqualTo(2);
    assertThat(versionOf(group, null)).isEqualTo(3);
    assertThat(versionOf(group.afterDeath(9), TOPIC)).isEqualTo(3);
  }

  private static int versionOf(Quarantine quarantine, @Nullable UUID topic) {
    var text = new Progress(1, 3, 3, Progress.Offsets.NONE, false, quarantine, topic).encode();
    return Base64.getUrlDecoder().decode(text)[1];
  }

  @Example
  void progressIsOfItsOwnTopicAlone() {
    var progress = progress(1, 0, 0);

    assertThat(progress.isOf(TOPIC)).isTrue();
    assertThat(progress.isOf(null)).as("nothing is known of the present one").isTrue();
    assertThat(progress.isOf(new UUID(0, 0))).isFalse();
  }

  @Example
  void textForAnotherOffsetIsRefusedAndBothOffsetsAreNamed() {
    assertThatThrownBy(() -> Progress.decode(4, Progress.startingAt(3).encode()))
        .hasMessageContaining("for offset 3")
        .hasMessageContaining("committed with offset 4");
  }

  @Example
  void aSetThatDoesNotFitIsNeverWritten() {
    var open = new long[700];
    for (var i = 0; i < open.length; i++) open[i] = (long) i << 40;
    var through = open[699] + 1;

    assertThat(Progress.fits(0, through, open, open.length)).isFalse();
    assertThatThrownBy(() -> progress(1, 0, through, open).encode())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("characters");
  }

  @Example
  void offsetsOutsideTheSetAreRefused() {
    assertThatThrownBy(() -> progress(1, 5, 9, 4)).hasMessageContaining("outside 5..9");
    assertThatThrownBy(() -> progress(1, 5, 9, 9)).hasMessageContaining("outside 5..9");
    assertThatThrownBy(() -> Progress.Offsets.of(3, 3)).hasMessageContaining("do not ascend");
  }

  @Provide
  Arbitrary<Long> frontiers() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 100),
        Arbitraries.longs().between(0, 1L << 40),
        Arbitraries.longs().between(0, 1L << 61));
  }

  @Provide
  Arbitrary<Progress> progress() {
    var gaps =
        Arbitraries.oneOf(
                Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(0, 200),
                Arbitraries.integers().between(0, 30_000))
            .list()
            .ofMaxSize(400);
    var offsets = Arbitraries.longs().between(0, Long.MAX_VALUE / 2);
    var small = Arbitraries.integers().between(1, Integer.MAX_VALUE);
    var groups =
        Combinators.combine(offsets, offsets, small)
            .as(
                (from, span, items) ->
                    new Quarantine.Trial(from, from + items + span / 2, items, 0));
    var single =
        Combinators.combine(offsets, small)
            .as((from, alone) -> new Quarantine.Trial(from, from + 1, 1, alone));
    var trials = Arbitraries.oneOf(groups, single, Arbitraries.of(Quarantine.Trial.NONE));
    var quarantines =
        Combinators.combine(
                Arbitraries.integers().between(0, 9), offsets, trials.list().ofMaxSize(4), trials)
            .as((deaths, until, died, trial) -> quarantine(deaths, until, died, trial));
    var heads =
        Combinators.combine(
                Arbitraries.longs().between(0, Long.MAX_VALUE),
                quarantines,
                Arbitraries.of(true, false))
            .as(
                (seq, quarantine, clean) ->
                    new Progress(
                        seq,
                        0,
                        0,
                        Progress.Offsets.NONE,
                        clean,
                        quarantine,
                        seq % 2 == 0 ? null : new UUID(seq, ~seq)));
    return Combinators.combine(frontiers(), gaps, heads, Arbitraries.integers().between(0, 9))
        .as(
            (frontier, steps, head, rest) -> {
              var open = new long[steps.size()];
              var at = frontier;
              for (var i = 0; i < open.length; i++) {
                open[i] = at + steps.get(i);
                at = open[i] + 1;
              }
              return new Progress(
                  head.seq(),
                  frontier,
                  at + rest,
                  Progress.Offsets.of(open),
                  head.clean(),
                  head.quarantine(),
                  head.topic());
            });
  }

  /// As owners hand it on: of trials that overlap the later one counts.
  private static Quarantine quarantine(
      int deaths, long until, List<Quarantine.Trial> died, Quarantine.Trial trial) {
    var quarantine = Quarantine.NONE;
    for (var one : died) {
      quarantine = new Quarantine(0, 0, quarantine.narrowed(), one).afterDeath(0);
    }
    return new Quarantine(deaths, until, quarantine.narrowed(), trial);
  }

  private static Progress progress(long seq, long frontier, long through, long... open) {
    return new Progress(
        seq, frontier, through, Progress.Offsets.of(open), false, Quarantine.NONE, TOPIC);
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] withCrc(byte[] body) {
    var crc = new CRC32C();
    crc.update(body);
    var out = Arrays.copyOf(body, body.length + 4);
    for (var i = 0; i < 4; i++) out[body.length + i] = (byte) (crc.getValue() >>> (8 * i));
    return out;
  }
}
