package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.HeaderNames;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Reason why a timer is kept in `<ns>.timers.dead` instead of being fired.
enum DeadTimer {
  /// Malformed.
  INVALID,
  /// Its target topic is not there.
  NO_TOPIC,
  /// Its target topic does not take records of this size.
  TOO_BIG;

  /// The headers as they came, and behind them what was wrong.
  Headers headers(Headers asTheyCame, String reason) {
    return new RecordHeaders(asTheyCame)
        .add(HeaderNames.KIND, name().toLowerCase(Locale.ROOT).getBytes(UTF_8))
        .add(HeaderNames.REASON, reason.getBytes(UTF_8));
  }
}
