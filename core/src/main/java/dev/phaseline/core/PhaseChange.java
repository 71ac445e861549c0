package dev.phaseline.core;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One change of a [PipelineExtension], as data, so that its code can be wrapped before the parent
/// is known. Immutable.
sealed interface PhaseChange {

  /// Makes the change.
  ///
  /// @throws IllegalArgumentException when it can't be made, without the pipeline's name
  void apply(PipelineDraft draft);

  /// The same change with its code wrapped.
  default PhaseChange codeWrappedBy(CodeWrapper wrapper) {
    return this;
  }

  /// A phase with the default options and without a key function.
  static <I> Phase<I> made(String phase, Codec<I> input, PhaseHandler<I, ?> handler) {
    return new Phase<>(phase, input, handler, PhaseOptions.DEFAULT, null);
  }

  /// Other options.
  record Options(String phase, UnaryOperator<PhaseOptions> options) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.change(phase, was -> was.withOptions(options.apply(was.options())));
    }
  }

  /// Another handler.
  record Handler<I>(String phase, PhaseHandler<I, ?> handler) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.<I>change(phase, was -> was.withHandler(handler));
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return new Handler<>(phase, wrapper.handler(handler));
    }
  }

  /// Another codec.
  record Input<I>(String phase, Codec<I> codec) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.<I>change(phase, was -> was.withInput(codec));
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return new Input<>(phase, wrapper.codec(codec));
    }
  }

  /// Another key function.
  record Key<I>(String phase, Function<? super I, @Nullable String> keyBy) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.<I>change(phase, was -> was.withKeyBy(keyBy));
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return new Key<I>(phase, wrapper.key(keyBy));
    }
  }

  /// Another failure handler of a phase; null for that of the pipeline.
  record OnFailure<I>(String phase, @Nullable FailureHandler<I> handler) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.<I>change(phase, was -> was.withRecovery(was.recovery().withOnFailure(handler)));
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return handler == null ? this : new OnFailure<>(phase, wrapper.failureHandler(handler));
    }
  }

  /// Another failure handler of the pipeline; null for none.
  record PipelineOnFailure(@Nullable FailureHandler<Object> handler) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.onFailure(handler);
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return handler == null ? this : new PipelineOnFailure(wrapper.failureHandler(handler));
    }
  }

  /// Another compensation of a phase; null for none.
  record Compensate<I>(String phase, @Nullable PhaseHandler<I, ?> handler) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.<I>change(phase, was -> was.withRecovery(was.recovery().withCompensation(handler)));
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return handler == null ? this : new Compensate<>(phase, wrapper.handler(handler));
    }
  }

  /// A phase more.
  ///
  /// @param behind how many places behind `place`: 0 or 1
  record Insert<I>(String place, int behind, Phase<I> added) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.insert(place, behind, added);
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return new Insert<>(place, behind, added.codeWrappedBy(wrapper));
    }
  }

  /// Another phase in the place of one.
  record Replace<I>(Phase<I> with) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.<I>change(with.name(), _ -> with);
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return new Replace<>(with.codeWrappedBy(wrapper));
    }
  }

  /// A phase less.
  record Drop(String phase) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.drop(phase);
    }
  }

  /// Another codec of results.
  record Result<T>(Codec<T> codec) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.result(codec);
    }

    @Override
    public PhaseChange codeWrappedBy(CodeWrapper wrapper) {
      return new Result<>(wrapper.codec(codec));
    }
  }

  /// Another version.
  record Version(int version) implements PhaseChange {
    @Override
    public void apply(PipelineDraft draft) {
      draft.version(version);
    }
  }
}
