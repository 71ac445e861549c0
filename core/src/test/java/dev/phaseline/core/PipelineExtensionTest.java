package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A type that extends another: everything of every phase can be otherwise, and the parent stays as
/// it is.
final class PipelineExtensionTest {
  private static final PhaseHandler<String, String> NEXT = (line, _) -> Outcome.next(line);
  private static final PhaseHandler<String, String> OTHER = (line, _) -> Outcome.dead(line);

  private static final Pipeline CITIES =
      Pipeline.named("cities")
          .phase("fetch", Codec.text(), NEXT)
          .phase(
              "normalize",
              Codec.text(),
              NEXT,
              line -> line.substring(0, 1),
              options -> options.withConcurrency(8))
          .phase("store", Codec.text(), NEXT, options -> options.withTimeout(Duration.ofMinutes(2)))
          .result(Codec.text())
          .version(3)
          .build();

  private static PipelineExtension.Builder fast() {
    return PipelineExtension.of("cities-fast", "cities");
  }

  private static Pipeline made(PipelineExtension.Builder builder) {
    return builder.build().over(CITIES);
  }

  private static void refused(PipelineExtension.Builder builder, String... words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> made(builder))
        .withMessageContainingAll(words);
  }

  @Test
  void withoutChangesItIsTheParentUnderAnotherName() {
    var made = made(fast());

    assertThat(made.name()).isEqualTo("cities-fast");
    assertThat(made.phases()).isEqualTo(CITIES.phases());
    assertThat(made.result()).isEqualTo(CITIES.result());
    assertThat(made.version()).isEqualTo(3);
  }

  @Test
  void optionsThatAreNotChangedAreTheParents() {
    var made =
        made(
            fast()
                .options("normalize", options -> options.withOrdering(Ordering.UNORDERED))
                .options("normalize", options -> options.withTimeout(Duration.ofSeconds(5))));

    var options = made.phase("normalize").options();
    assertThat(options.concurrency()).isEqualTo(8);
    assertThat(options.ordering()).isEqualTo(Ordering.UNORDERED);
    assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(CITIES.phase("normalize").options().ordering()).as("parent").isEqualTo(Ordering.KEY);
  }

  @Test
  void handlerCodecKeyAndResultCanBeOthers() {
    var codec = Codec.text();
    Function<String, @Nullable String> key = line -> line.toLowerCase(Locale.ROOT);
    var made =
        made(
            fast()
                .handler("store", OTHER)
                .codec("store", codec)
                .key("store", key)
                .result(codec)
                .version(4));

    var store = made.phase("store");
    assertThat(store.handler()).isSameAs(OTHER);
    assertThat(store.input()).isSameAs(codec);
    assertThat(store.keyBy()).isSameAs(key);
    assertThat(store.options()).isEqualTo(CITIES.phase("store").options());
    assertThat(made.result().orElseThrow()).isSameAs(codec);
    assertThat(made.version()).isEqualTo(4);
  }

  @Test
  void phasesAreAddedReplacedAndDroppedInTheOrderOfTheCalls() {
    var made =
        made(
            fast()
                .after("fetch", "check", Codec.text(), NEXT)
                .before("fetch", "open", Codec.text(), NEXT)
                .options("check", options -> options.withConcurrency(3))
                .replace("normalize", Codec.text(), OTHER)
                .drop("store"));

    assertThat(made.phaseNames()).containsExactly("open", "fetch", "check", "normalize");
    assertThat(made.phase("check").options().concurrency()).isEqualTo(3);
    assertThat(made.phase("normalize").handler()).isSameAs(OTHER);
    assertThat(made.phase("normalize").options()).isEqualTo(PhaseOptions.DEFAULT);
    assertThat(made.phase("normalize").keyBy()).isNull();
  }

  @Test
  void anExtensionIsExtended() {
    var slow =
        PipelineExtension.of("cities-slow", "cities-fast")
            .options("store", options -> options.withConcurrency(1))
            .build();

    var made = slow.over(made(fast().drop("normalize")));

    assertThat(made.phaseNames()).containsExactly("fetch", "store");
    assertThat(made.phase("store").options().timeout()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void whatCanNotBeChangedIsNamedWithBothPipelines() {
    refused(
        fast().options("stroe", options -> options),
        "'cities-fast', which extends 'cities'",
        "no phase 'stroe'",
        "[fetch, normalize, store]");
    refused(fast().drop("store").handler("store", NEXT), "no phase 'store'");
    refused(fast().after("gone", "check", Codec.text(), NEXT), "no phase 'gone'");
    refused(
        fast().after("fetch", "store", Codec.text(), NEXT), "'cities-fast'", "two phases", "store");
    refused(fast().after("fetch", "done", Codec.text(), NEXT), "can't be called 'done'");
    refused(fast().drop("fetch").drop("normalize").drop("store"), "'cities-fast' has no phase");
    refused(
        fast().options("store", options -> options.withConcurrency(0)),
        "'cities-fast'",
        "concurrency is not in 1..100000: 0");
  }

  @Test
  void aTypeThatExtendsItselfAndNamesThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PipelineExtension.of("cities", "cities"))
        .withMessageContaining("'cities' extends itself");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PipelineExtension.of("Cities", "cities"))
        .withMessageContaining("'Cities' is not valid");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fast().version(0))
        .withMessageContaining("version is not in 1..1000000: 0");
  }

  /// Wrapping as a server does it with the code of a plug-in.
  @Test
  void wrappingTouchesTheExtensionsOwnCodeAlone() {
    var calls = new java.util.ArrayList<Object>();
    var wrapper =
        new CodeWrapper() {
          @Override
          public <I, O> PhaseHandler<I, O> handler(PhaseHandler<I, O> handler) {
            calls.add(handler);
            return (payload, context) -> handler.handle(payload, context);
          }

          @Override
          public <I> FailureHandler<I> failureHandler(FailureHandler<I> handler) {
            calls.add(handler);
            return (failure, context) -> handler.onFailure(failure, context);
          }

          @Override
          public <T> Codec<T> codec(Codec<T> codec) {
            calls.add(codec);
            return codec;
          }

          @Override
          public <I> Function<I, @Nullable String> key(Function<? super I, @Nullable String> key) {
            calls.add(key);
            return key::apply;
          }

          @Override
          public <I, O> Function<I, O> migration(Function<? super I, ? extends O> change) {
            calls.add(change);
            return change::apply;
          }
        };
    var codec = Codec.text();
    Function<String, @Nullable String> key = line -> line;
    FailureHandler<Object> onFailure = (failure, _) -> Outcome.dead(failure.reason());
    PhaseHandler<String, Object> undo = (_, _) -> Outcome.done();

    var made =
        fast()
            .handler("fetch", OTHER)
            .codec("normalize", codec)
            .key("normalize", key)
            .onFailure("fetch", onFailure)
            .onFailure(onFailure)
            .compensate("fetch", undo)
            .build()
            .codeWrappedBy(wrapper)
            .over(CITIES);

    assertThat(calls).containsExactly(OTHER, codec, key, onFailure, onFailure, undo);
    assertThat(made.phase("fetch").handler()).isNotSameAs(OTHER);
    assertThat(made.phase("store")).isEqualTo(CITIES.phase("store"));
    calls.clear();
    assertThat(CITIES.codeWrappedBy(wrapper).phaseNames()).isEqualTo(CITIES.phaseNames());
    assertThat(calls).as("three handlers, three codecs, a key and the result").hasSize(8);
  }
}
