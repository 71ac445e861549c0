package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Several versions of one pipeline as one declaration, and the rules of migrations.
final class PipelineVersionsTest {
  private static final PhaseHandler<String, String> NEXT = (line, _) -> Outcome.next(line);

  private static Pipeline version(int number, String... phases) {
    var builder = Pipeline.named("cities").version(number);
    for (var phase : phases) builder.phase(phase, Codec.text(), NEXT);
    return builder.build();
  }

  @Test
  void theNewestComesFirstAndPhasesOfOlderOnesBehindItsOwn() {
    var all = Pipeline.together(List.of(version(1, "fetch", "clean"), version(2, "fetch", "load")));

    assertThat(all.version()).isEqualTo(2);
    assertThat(all.versions()).extracting(Pipeline::version).containsExactly(2, 1);
    assertThat(all.phaseNames()).containsExactly("fetch", "load", "clean");
    assertThat(all.declared()).extracting(Phase::name).containsExactly("fetch", "load");
    assertThat(all.after("fetch").map(Phase::name)).contains("load");
    assertThat(all.after("load")).isEmpty();
    assertThat(all.after("clean")).isEmpty();
    assertThat(all.versions().getLast().after("fetch").map(Phase::name)).contains("clean");
  }

  @Test
  void versionsThatAreTogetherAlreadyCanBeJoinedByOthers() {
    var two = Pipeline.together(List.of(version(3, "a"), version(1, "a")));

    assertThat(Pipeline.together(List.of(version(2, "a"), two)).versions())
        .extracting(Pipeline::version)
        .containsExactly(3, 2, 1);
  }

  @Test
  void twoOfOneVersionAndTwoNamesAreRefused() {
    assertThatThrownBy(() -> Pipeline.together(List.of(version(2, "a"), version(2, "b"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pipeline 'cities' has two declarations of version 2");
    var other = Pipeline.named("towns").phase("a", Codec.text(), NEXT).build();
    assertThatThrownBy(() -> Pipeline.together(List.of(version(2, "a"), other)))
        .hasMessageContaining("'cities' and 'towns' are not versions of one pipeline");
    assertThatThrownBy(() -> Pipeline.together(List.of())).hasMessageContaining("no version");
  }

  @Test
  void versionsBelowOneAreRefused() {
    for (var number : new int[] {0, -1, 1_000_001}) {
      assertThatThrownBy(() -> version(number, "a"))
          .hasMessage("pipeline 'cities': version is not in 1..1000000: " + number);
      assertThatThrownBy(() -> Pipeline.named("cities").migrateFrom(number, how -> how))
          .hasMessage("pipeline 'cities': version is not in 1..1000000: " + number);
    }
  }

  @Test
  void aMigrationBringsThePhasesThatItMovesItemsFrom() {
    var made =
        Pipeline.named("cities")
            .version(2)
            .phase("load", Codec.text(), NEXT)
            .migrateFrom(1, how -> how.move("clean", "load"))
            .build();

    assertThat(made.phaseNames()).containsExactly("load", "clean");
    assertThat(made.declared()).extracting(Phase::name).containsExactly("load");
    assertThat(made.phase("clean").options()).isEqualTo(made.phase("load").options());
    var together = Pipeline.together(List.of(made, version(1, "fetch", "clean")));
    assertThat(together.phaseNames()).containsExactly("load", "fetch", "clean");
  }

  @Test
  void migrationsThatLeadNowhereAreRefused() {
    assertThatThrownBy(() -> migrating(how -> how.move("clean", "gone")))
        .hasMessage(
            "pipeline 'cities': the migration from version 1 leads to phase 'gone', but there are"
                + " [load]");
    assertThatThrownBy(() -> migrating(how -> how.move("clean", "load").move("clean", "load")))
        .hasMessage("pipeline 'cities': the migration from version 1 names phase 'clean' twice");
    assertThatThrownBy(() -> migrating(how -> how.move("Clean", "load")))
        .hasMessageContaining("phase name 'Clean' is not valid");
    var builder = Pipeline.named("cities").phase("load", Codec.text(), NEXT);
    assertThatThrownBy(() -> builder.migrateFrom(1, how -> how).build())
        .hasMessage(
            "pipeline 'cities': the migration from version 1 is not from an older one: the pipeline"
                + " has version 1");
    var twice = Pipeline.named("cities").version(2).phase("load", Codec.text(), NEXT);
    assertThatThrownBy(() -> twice.migrateFrom(1, how -> how).migrateFrom(1, how -> how).build())
        .hasMessage("pipeline 'cities': the migration from version 1 is declared twice");
  }

  private static Pipeline migrating(java.util.function.UnaryOperator<Migration.Builder> how) {
    return Pipeline.named("cities")
        .version(2)
        .phase("load", Codec.text(), NEXT)
        .migrateFrom(1, how)
        .build();
  }

  @Test
  void anExtensionIsMadeOverEachVersionThatItFits() {
    var parent =
        Pipeline.together(
            List.of(version(3, "fetch", "load"), version(2, "fetch", "load"), version(1, "fetch")));

    var made =
        PipelineExtension.of("fast", "cities")
            .options("load", options -> options.withConcurrency(64))
            .build()
            .over(parent);

    assertThat(made.versions()).extracting(Pipeline::version).containsExactly(3, 2);
    var own = PipelineExtension.of("own", "cities").version(7).build().over(parent);
    assertThat(own.versions()).extracting(Pipeline::version).containsExactly(7);
  }

  @Test
  void wrappingAndInterceptingReachAllVersionsAndMigrations() throws Exception {
    var calls = new ArrayList<Object>();
    Function<String, String> change = line -> line + "!";
    var newest =
        Pipeline.named("cities")
            .version(3)
            .phase("load", Codec.text(), NEXT)
            .migrateFrom(1, how -> how.payload("load", Codec.text(), change))
            .build();
    var all = Pipeline.together(List.of(newest, version(2, "load", "check")));

    var wrapped = all.codeWrappedBy(new Counting(calls));

    assertThat(calls).filteredOn(NEXT::equals).hasSize(3);
    assertThat(calls).filteredOn(change::equals).hasSize(1);
    assertThat(wrapped.versions()).extracting(Pipeline::version).containsExactly(3, 2);
    assertThat(all.interceptedBy(HandlerInterceptor.Invocation::proceed).versions())
        .allSatisfy(one -> assertThat(one.phase("load").handler()).isNotSameAs(NEXT));
  }

  private record Counting(List<Object> calls) implements CodeWrapper {
    @Override
    public <I> FailureHandler<I> failureHandler(FailureHandler<I> handler) {
      calls.add(handler);
      return handler;
    }

    @Override
    public <I, O> PhaseHandler<I, O> handler(PhaseHandler<I, O> handler) {
      calls.add(handler);
      return handler;
    }

    @Override
    public <T> Codec<T> codec(Codec<T> codec) {
      return codec;
    }

    @Override
    public <I> Function<I, @Nullable String> key(Function<? super I, @Nullable String> key) {
      return key::apply;
    }

    @Override
    public <I, O> Function<I, O> migration(Function<? super I, ? extends O> change) {
      calls.add(change);
      return change::apply;
    }
  }
}
