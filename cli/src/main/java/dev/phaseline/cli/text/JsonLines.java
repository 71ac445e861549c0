package dev.phaseline.cli.text;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Log events as JSON, one object a line: `time`, `level`, `logger`, `thread`, `message`, what was
/// thrown as `error`, and the pairs that came with the event (`job`, `item`, `phase`, `attempt`
/// where it is about an item). Thread-safe.
public final class JsonLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonLines() {}

  public static String of(ILoggingEvent event) {
    var line = JSON.createObjectNode();
    line.put("time", event.getInstant().toString());
    line.put("level", event.getLevel().toString());
    line.put("logger", event.getLoggerName());
    line.put("thread", event.getThreadName());
    line.put("message", event.getFormattedMessage());
    var pairs = event.getKeyValuePairs();
    if (pairs != null) {
      for (var pair : pairs) {
        if (line.has(pair.key)) continue; // ours are what readers rely on
        if (pair.value instanceof Integer number) line.put(pair.key, number);
        else line.put(pair.key, String.valueOf(pair.value));
      }
    }
    event
        .getMDCPropertyMap()
        .forEach((key, value) -> line.putIfAbsent(key, JSON.getNodeFactory().textNode(value)));
    var thrown = event.getThrowableProxy();
    if (thrown != null) line.put("error", ThrowableProxyUtil.asString(thrown));
    return line.toString();
  }
}
