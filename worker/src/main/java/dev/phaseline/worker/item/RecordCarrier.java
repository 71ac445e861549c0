package dev.phaseline.worker.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.ArrayList;
import java.util.Iterator;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// A record's headers as what carries a trace context.
enum RecordCarrier implements TextMapGetter<Headers>, TextMapSetter<Headers> {
  /// The only instance, without state.
  HEADERS;

  @Override
  public Iterable<String> keys(Headers carrier) {
    var keys = new ArrayList<String>();
    for (var header : carrier) keys.add(header.key());
    return keys;
  }

  @Override
  public @Nullable String get(@Nullable Headers carrier, String key) {
    var header = carrier == null ? null : carrier.lastHeader(key);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  /// Baggage may come in several headers.
  @Override
  public Iterator<String> getAll(@Nullable Headers carrier, String key) {
    var values = new ArrayList<String>();
    if (carrier == null) return values.iterator();
    for (var header : carrier.headers(key)) {
      if (header.value() != null) values.add(new String(header.value(), UTF_8));
    }
    return values.iterator();
  }

  @Override
  public void set(@Nullable Headers carrier, String key, String value) {
    if (carrier == null) return;
    carrier.remove(key);
    carrier.add(key, value.getBytes(UTF_8));
  }
}
