package dev.phaseline.worker;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Tracing that throws in one place, and is the real thing in all others.
final class BrokenTelemetry implements OpenTelemetry {
  /// In which place.
  enum Where {
    PROVIDER,
    TRACER,
    BEGIN,
    END,
    EXTRACT,
    INJECT,
    /// It does not throw, but what it adds fits into no dead letter.
    FLOOD
  }

  private final Where where;
  private final TracerProvider provider;

  BrokenTelemetry(Where where) {
    this.where = where;
    var sdk = SdkTracerProvider.builder().addSpanProcessor(new Processor()).build();
    this.provider = where == Where.TRACER ? new Provider() : sdk;
  }

  private IllegalStateException broken() {
    return new IllegalStateException("the tracer is broken: " + where);
  }

  private void throwsIf(Where place) {
    if (where == place) throw broken();
  }

  @Override
  public TracerProvider getTracerProvider() {
    throwsIf(Where.PROVIDER);
    return provider;
  }

  @Override
  public ContextPropagators getPropagators() {
    return ContextPropagators.create(new Propagator());
  }

  private final class Provider implements TracerProvider {
    @Override
    public Tracer get(String name) {
      return _ -> {
        throw broken();
      };
    }

    @Override
    public Tracer get(String name, String version) {
      return get(name);
    }
  }

  private final class Processor implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      throwsIf(Where.BEGIN);
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      throwsIf(Where.END);
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  private final class Propagator implements TextMapPropagator {
    private final TextMapPropagator real = W3CTraceContextPropagator.getInstance();

    @Override
    public Collection<String> fields() {
      return real.fields();
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
      throwsIf(Where.INJECT);
      real.inject(context, carrier, setter);
      if (where == Where.FLOOD) setter.set(carrier, "flood", "x".repeat(100_000));
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
      throwsIf(Where.EXTRACT);
      return real.extract(context, carrier, getter);
    }
  }
}
