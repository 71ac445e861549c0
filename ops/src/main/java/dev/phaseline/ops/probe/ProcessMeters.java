package dev.phaseline.ops.probe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// The one registry of a process, for Prometheus, with what the JVM says of itself. Whoever
/// measures something is given [#registry()].
///
/// Thread-safe. Closing is idempotent and ends the listening to the garbage collector.
public final class ProcessMeters implements AutoCloseable {
  /// Media type of OpenMetrics; a scraper that does not ask for it gets Prometheus' own text.
  private static final String OPEN_METRICS = "application/openmetrics-text";

  private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  /// Answer to a scrape.
  ///
  /// @param contentType its HTTP content type
  /// @param body all meters
  record Scrape(String contentType, String body) {}

  /// @param version of the program, the label of `phaseline_build_info`
  public ProcessMeters(String version) {
    new JvmInfoMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbage.bindTo(registry);
    Gauge.builder("phaseline.build.info", () -> 1)
        .description("always 1; its label is the running version")
        .tag("version", version)
        .register(registry);
  }

  /// The registry for meters.
  public MeterRegistry registry() {
    return registry;
  }

  /// All meters as text.
  ///
  /// @param accept the request's header; empty for none
  Scrape scrape(String accept) {
    var type = accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : TEXT_TYPE;
    return new Scrape(type, registry.scrape(type));
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
