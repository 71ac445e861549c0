package dev.phaseline.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.OutcomeCodec;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutcomeBytesTest {
  private record Names(String pipeline) implements Topics {
    @Override
    public String phase(String name) {
      return pipeline + '.' + name;
    }

    @Override
    public String done() {
      return phase("done");
    }
  }

  /// Encodes a text with the topic's name in front, so that the bytes tell for which it was.
  private static final Codec<String> WITH_TOPIC =
      new Codec<>() {
        @Override
        public byte[] encode(String topic, String value) {
          if (value.equals("away")) throw new DependencyDownException("no registry");
          return (topic + '=' + value).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(String topic, byte[] bytes) {
          var text = new String(bytes, StandardCharsets.UTF_8);
          if (!text.startsWith(topic + '=')) throw new PayloadException("not of " + topic);
          return text.substring(topic.length() + 1);
        }
      };

  private static final Pipeline PIPELINE =
      Pipeline.named("p")
          .phase("a", WITH_TOPIC, (text, _) -> Outcome.next(text))
          .phase("b", WITH_TOPIC, (text, _) -> Outcome.next(text))
          .result(WITH_TOPIC)
          .build();

  private static OutcomeCodec of(String phase) {
    var limits = new PhaseOptions.Limits(100, 3, 50, 10, 1_000);
    var setting = new PhaseProgram.Setting(limits, new Names("p"), () -> Instant.EPOCH);
    return VersionedProgram.of(PIPELINE, phase, setting).outcomes();
  }

  @Test
  void whatCompletesComesBack() {
    var outcomes =
        List.<Outcome<String>>of(
            Outcome.next("x"),
            Outcome.next(""),
            Outcome.to("a", "ü"),
            Outcome.fanOut(List.of("1", "2", "3")),
            Outcome.fanOut("a", List.of("1")),
            Outcome.fanOut(List.of()),
            Outcome.done(),
            Outcome.done("r"));
    for (var outcome : outcomes) {
      assertThat(of("a").decode(of("a").encode(outcome))).isEqualTo(outcome);
    }
  }

  @Test
  void behindTheLastPhaseAValueIsTheResult() {
    assertThat(of("b").decode(of("b").encode(Outcome.next("r")))).isEqualTo(Outcome.done("r"));
  }

  @Test
  void valuesAreEncodedForTheTopicsThatTheyGoTo() {
    assertThat(new String(of("a").encode(Outcome.next("x")), StandardCharsets.UTF_8))
        .endsWith("p.b=x");
    assertThat(new String(of("b").encode(Outcome.to("a", "x")), StandardCharsets.UTF_8))
        .endsWith("p.a=x");
    assertThat(new String(of("a").encode(Outcome.done("x")), StandardCharsets.UTF_8))
        .endsWith("p.done=x");
  }

  @Test
  void whatThePhaseWouldRefuseIsRefused() {
    var codec = of("a");
    refused(Outcome.to("nowhere", "x"), "chose phase 'nowhere'");
    refused(Outcome.next(7), "of the wrong type");
    refused(Outcome.next("x".repeat(100)), "the limit is 100");
    refused(Outcome.fanOut(List.of("1", "2", "3", "4")), "has 4 children, the limit is 3");
    refused(Outcome.fanOut(List.of("x".repeat(30), "y".repeat(30))), "more than 50 bytes");
    assertThatThrownBy(() -> codec.encode(Outcome.next("away")))
        .isInstanceOf(DependencyDownException.class)
        .hasMessage("no registry");
    for (var open :
        List.<Outcome<String>>of(
            Outcome.dead("no"),
            Outcome.retryAfter(Duration.ZERO, ""),
            Outcome.suspend(Duration.ofSeconds(1), ""))) {
      assertThatThrownBy(() -> codec.encode(open)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void refused(Outcome<?> outcome, String words) {
    assertThatThrownBy(() -> of("a").encode(outcome))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining(words);
  }

  @Test
  void damagedBytesAreRefused() {
    var codec = of("a");
    var sound = codec.encode(Outcome.to("b", "x"));
    for (var length = 0; length < sound.length; length++) {
      var cut = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(PayloadException.class);
    }
    var later = sound.clone();
    later[0] = 2;
    assertThatThrownBy(() -> codec.decode(later)).hasMessageContaining("of version 1");
    var unknown = sound.clone();
    unknown[1] = 'X';
    assertThatThrownBy(() -> codec.decode(unknown)).isInstanceOf(PayloadException.class);
  }
}
