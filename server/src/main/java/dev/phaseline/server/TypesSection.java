package dev.phaseline.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.PipelineExtension;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.schemas.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The `types` of a server file: pipelines that extend others by whatever is a value. Immutable.
///
/// @param keys reads and refuses
record TypesSection(FileKeys keys) {
  private static final List<String> TYPE_KEYS = List.of("extends", "version", "drop", "phases");
  private static final List<String> PHASE_KEYS =
      List.of("concurrency", "timeout", "ordering", "retry", "failures", "limits");
  private static final List<String> RETRY_KEYS =
      List.of("attempts", "delayMin", "delayMax", "inPlaceMax", "totalMax");
  private static final List<String> FAILURE_KEYS =
      List.of("afterInPlace", "leaveLaneAfter", "outageKeys");
  private static final List<String> LIMIT_KEYS =
      List.of("payloadBytes", "fanOut", "fanOutBytes", "inFlightItems", "inFlightBytes");

  /// All of them, in the order of the file.
  ///
  /// @throws ServerConfigException naming the key and what it should be
  List<PipelineExtension> read(JsonNode node) {
    var types = new ArrayList<PipelineExtension>();
    if (node.isMissingNode() || node.isNull()) return types;
    if (!node.isObject()) {
      throw keys.wrong("types", "must be names of new pipelines, each with extends: PIPELINE");
    }
    for (var entry : node.properties()) {
      types.add(type("types." + entry.getKey(), entry.getKey(), entry.getValue()));
    }
    return types;
  }

  private PipelineExtension type(String key, String name, JsonNode node) {
    keys.known(key, node, TYPE_KEYS);
    var parent = node.path("extends").asText();
    if (parent.isEmpty()) throw keys.wrong(key, "extends nothing: add extends: PIPELINE");
    return checked(
        key,
        () -> {
          var builder = PipelineExtension.of(name, parent);
          keys.number(key, node, "version").ifPresent(builder::version);
          for (var phase : dropped(key, node.path("drop"))) builder.drop(phase);
          var phases = node.path("phases");
          if (phases.isMissingNode() || phases.isNull()) return builder.build();
          if (!phases.isObject()) {
            throw keys.wrong(key + ".phases", "must be names of phases, each with a ':'");
          }
          for (var entry : phases.properties()) {
            var in = key + ".phases." + entry.getKey();
            builder.options(entry.getKey(), options(in, entry.getValue()));
          }
          return builder.build();
        });
  }

  private List<String> dropped(String key, JsonNode node) {
    if (node.isMissingNode() || node.isNull()) return List.of();
    if (!node.isArray()) throw keys.wrong(key + ".drop", "must be a list like [archive]");
    var phases = new ArrayList<String>();
    for (var phase : node) phases.add(phase.asText());
    return phases;
  }

  /// The values are read and checked here, against the defaults, so that a slip is told with its
  /// key; they are applied to the parent's options when those are known.
  private UnaryOperator<PhaseOptions> options(String in, JsonNode node) {
    keys.known(in, node, PHASE_KEYS);
    var changes = new ArrayList<UnaryOperator<PhaseOptions>>();
    keys.concurrency(in, node).ifPresent(value -> changes.add(value::in));
    keys.duration(in, node, "timeout")
        .ifPresent(value -> changes.add(options -> options.withTimeout(value)));
    constant(in, node, "ordering", Ordering.values())
        .ifPresent(value -> changes.add(options -> options.withOrdering(value)));
    if (node.hasNonNull("retry")) {
      var retry = retry(in + ".retry", node.path("retry"));
      changes.add(options -> options.withRetry(retry.apply(options.retry())));
    }
    if (node.hasNonNull("failures")) {
      var failures = failures(in + ".failures", node.path("failures"));
      changes.add(options -> options.withFailures(failures.apply(options.failures())));
    }
    if (node.hasNonNull("limits")) {
      var limits = limits(in + ".limits", node.path("limits"));
      changes.add(options -> options.withLimits(limits.apply(options.limits())));
    }
    return all(changes);
  }

  private UnaryOperator<RetryPolicy> retry(String in, JsonNode node) {
    keys.known(in, node, RETRY_KEYS);
    var changes = new ArrayList<UnaryOperator<RetryPolicy>>();
    keys.number(in, node, "attempts")
        .ifPresent(value -> changes.add(policy -> policy.withAttemptsMax(value)));
    var min = time(in, node, "delayMin");
    var max = time(in, node, "delayMax");
    if (min.isPresent() || max.isPresent()) {
      changes.add(
          policy ->
              policy.withDelays(min.orElse(policy.delayMin()), max.orElse(policy.delayMax())));
    }
    time(in, node, "inPlaceMax")
        .ifPresent(value -> changes.add(policy -> policy.withInPlaceMax(value)));
    time(in, node, "totalMax")
        .ifPresent(value -> changes.add(policy -> policy.withTotalMax(value)));
    return all(changes);
  }

  private UnaryOperator<FailureOptions> failures(String in, JsonNode node) {
    keys.known(in, node, FAILURE_KEYS);
    var changes = new ArrayList<UnaryOperator<FailureOptions>>();
    constant(in, node, "afterInPlace", FailureOptions.AfterInPlace.values())
        .ifPresent(value -> changes.add(options -> options.withAfterInPlace(value)));
    keys.duration(in, node, "leaveLaneAfter")
        .ifPresent(value -> changes.add(options -> options.withLeaveLaneAfter(value)));
    if (node.hasNonNull("outageKeys")) {
      var count = node.path("outageKeys").asText();
      var most = count.equals("0") ? 0 : keys.number(in, node, "outageKeys").orElse(0);
      changes.add(options -> options.withOutage(options.outage().withKeysMin(most)));
    }
    return all(changes);
  }

  private UnaryOperator<PhaseOptions.Limits> limits(String in, JsonNode node) {
    keys.known(in, node, LIMIT_KEYS);
    var payload = keys.number(in, node, "payloadBytes");
    var fanOut = keys.number(in, node, "fanOut");
    var fanOutBytes = keys.number(in, node, "fanOutBytes");
    var items = keys.number(in, node, "inFlightItems");
    var bytes = keys.number(in, node, "inFlightBytes");
    return was ->
        new PhaseOptions.Limits(
            payload.orElse(was.payloadBytesMax()),
            fanOut.orElse(was.fanOutMax()),
            fanOutBytes.isPresent() ? fanOutBytes.getAsInt() : was.fanOutBytesMax(),
            items.orElse(was.inFlightItemsMax()),
            bytes.isPresent() ? bytes.getAsInt() : was.inFlightBytesMax());
  }

  /// A duration that may be zero.
  private Optional<Duration> time(String in, JsonNode node, String key) {
    if (!node.has(key)) return Optional.empty();
    var time = DurationText.read(node.path(key).asText());
    if (time.isPresent()) return time;
    throw keys.wrong(
        in + "." + key, "must be " + DurationText.FORM + ", not " + FileKeys.shown(node.path(key)));
  }

  private <E extends Enum<E>> Optional<E> constant(
      String in, JsonNode node, String key, E[] values) {
    if (!node.has(key)) return Optional.empty();
    var text = node.path(key).asText();
    for (var value : values) if (lower(value).equals(text)) return Optional.of(value);
    throw keys.wrong(
        in + "." + key,
        "must be one of "
            + Arrays.stream(values).map(TypesSection::lower).toList()
            + ", not "
            + FileKeys.shown(node.path(key)));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static <T> UnaryOperator<T> all(List<UnaryOperator<T>> changes) {
    return was -> {
      var now = was;
      for (var change : changes) now = change.apply(now);
      return now;
    };
  }

  private <T> T checked(String key, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException refused) {
      throw keys.wrong(key, "can't be used: " + refused.getMessage());
    }
  }
}
