package dev.phaseline.cli.types;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.Phase;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.server.KnownType;
import dev.phaseline.worker.Placement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Kinds of jobs and placements as JSON. Durations are text as in a server file. Stateless.
public final class TypeJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private TypeJson() {}

  /// One line.
  public static String line(Map<String, ?> answer) {
    try {
      return MAPPER.writeValueAsString(answer);
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("an answer that is no JSON", ours);
    }
  }

  static Map<String, Object> of(KnownType type) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", type.pipeline().name());
    json.put("version", type.pipeline().version());
    json.put("source", type.source());
    type.parent().ifPresent(parent -> json.put("extends", parent));
    json.put("onFailure", type.pipeline().onFailure().isPresent());
    json.put("phases", type.pipeline().phases().stream().map(TypeJson::of).toList());
    return json;
  }

  private static Map<String, Object> of(Phase<?> phase) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", phase.name());
    json.put("keyOfPayload", phase.keyBy() != null);
    json.put("onFailure", phase.recovery().onFailure() != null);
    json.put("compensation", phase.recovery().compensation() != null);
    json.putAll(of(phase.options()));
    return json;
  }

  /// A phase that a server would run.
  public static Map<String, Object> of(Placement placement) {
    var json = new LinkedHashMap<String, Object>();
    json.put("pipeline", placement.pipeline().name());
    json.put("phase", placement.phase());
    json.put("lanes", placement.lanes());
    json.put("standby", placement.standby());
    json.putAll(of(placement.options()));
    return json;
  }

  private static Map<String, Object> of(PhaseOptions options) {
    var json = new LinkedHashMap<String, Object>();
    json.put("concurrency", options.concurrency());
    json.put("autoConcurrency", options.autoConcurrency());
    json.put("ordering", lower(options.ordering()));
    json.put("timeout", DurationText.of(options.timeout()));
    json.put("retry", of(options.retry()));
    json.put("failures", of(options.failures()));
    json.put("limits", of(options.limits()));
    return json;
  }

  private static Map<String, Object> of(RetryPolicy policy) {
    var json = new LinkedHashMap<String, Object>();
    json.put("attempts", policy.attemptsMax());
    json.put("delayMin", DurationText.of(policy.delayMin()));
    json.put("delayMax", DurationText.of(policy.delayMax()));
    json.put("inPlaceMax", DurationText.of(policy.inPlaceMax()));
    json.put("totalMax", DurationText.of(policy.totalMax()));
    var rules = new LinkedHashMap<String, String>();
    for (var rule : policy.rules()) rules.put(rule.thrown().getName(), lower(rule.judgement()));
    json.put("rules", rules);
    return json;
  }

  private static Map<String, Object> of(FailureOptions failures) {
    var json = new LinkedHashMap<String, Object>();
    json.put("afterInPlace", lower(failures.afterInPlace()));
    json.put("leaveLaneAfter", DurationText.of(failures.leaveLaneAfter()));
    json.put("outageKeys", failures.outage().keysMin());
    return json;
  }

  private static Map<String, Object> of(PhaseOptions.Limits limits) {
    var json = new LinkedHashMap<String, Object>();
    json.put("payloadBytes", limits.payloadBytesMax());
    json.put("fanOut", limits.fanOutMax());
    json.put("fanOutBytes", limits.fanOutBytesMax());
    json.put("inFlightItems", limits.inFlightItemsMax());
    json.put("inFlightBytes", limits.inFlightBytesMax());
    return json;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
