package dev.phaseline.ops.tracker;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a [JobQuery] from what an operator typed. For one thread, once.
final class JobQueryText {
  static final List<String> FIELDS =
      List.of("pipeline", "phase", "state", "tag", "key", "error", "since", "until");

  private static final int CHARS_MAX = 4_000;
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");

  private final String text;
  private final Instant now;
  private int at;

  /// A value and where it stands.
  private record Found(String value, int position) {}

  JobQueryText(String text, Instant now) {
    this.text = text;
    this.now = now;
  }

  JobQuery parse() {
    if (text.length() > CHARS_MAX) {
      throw new BadQueryException(
          "the query has " + text.length() + " characters, at most " + CHARS_MAX + " are read",
          CHARS_MAX);
    }
    var found = new HashMap<String, Found>();
    skipBlanks();
    while (at < text.length()) {
      term(found);
      skipBlanks();
    }
    return new JobQuery(
        value(found, "pipeline"),
        value(found, "phase"),
        states(found.get("state")),
        tag(found.get("tag")),
        value(found, "key"),
        value(found, "error"),
        time(found.get("since")),
        time(found.get("until")));
  }

  private void term(Map<String, Found> found) {
    var start = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) at++;
    var field = text.substring(start, at);
    if (!FIELDS.contains(field)) {
      var shown =
          field.isEmpty() ? text.substring(start, Math.min(start + 20, text.length())) : field;
      throw new BadQueryException("there is no field '" + shown + "'", start, shown, FIELDS);
    }
    var sign = field.equals("error") ? '~' : '=';
    if (at >= text.length() || text.charAt(at) != sign) {
      throw new BadQueryException("after '" + field + "' comes '" + sign + "' and a value", at);
    }
    at++;
    var position = at;
    var value = value(field);
    if (found.put(field, new Found(value, position)) != null) {
      throw new BadQueryException("'" + field + "' stands twice; say it once", start);
    }
  }

  private String value(String field) {
    var start = at;
    var out = new StringBuilder();
    if (at < text.length() && text.charAt(at) == '"') quoted(out);
    else while (at < text.length() && !isBlank(text.charAt(at))) out.append(text.charAt(at++));
    if (out.isEmpty()) throw new BadQueryException("'" + field + "' has no value", start);
    return out.toString();
  }

  private void quoted(StringBuilder out) {
    var start = at++;
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) at++;
      out.append(text.charAt(at++));
    }
    if (at >= text.length()) throw new BadQueryException("this quote is not closed", start);
    at++;
    if (at < text.length() && !isBlank(text.charAt(at))) {
      throw new BadQueryException("after a quoted value comes a blank", at);
    }
  }

  private void skipBlanks() {
    while (at < text.length() && isBlank(text.charAt(at))) at++;
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c);
  }

  private static @Nullable String value(Map<String, Found> found, String field) {
    var one = found.get(field);
    return one == null ? null : one.value();
  }

  private static Set<WorkState> states(@Nullable Found found) {
    var states = EnumSet.noneOf(WorkState.class);
    if (found == null) return states;
    var jobs = EnumSet.complementOf(EnumSet.of(WorkState.SPLIT, WorkState.DISCARDED));
    for (var name : found.value().split(",", -1)) {
      var state = WorkState.of(name).filter(jobs::contains);
      if (state.isEmpty()) {
        throw new BadQueryException(
            "no job has a state '" + name + "'",
            found.position(),
            name,
            jobs.stream().map(WorkState::text).toList());
      }
      states.add(state.get());
    }
    return states;
  }

  private static JobQuery.@Nullable Tag tag(@Nullable Found found) {
    if (found == null) return null;
    var colon = found.value().indexOf(':');
    if (colon == 0) throw new BadQueryException("the tag has no name", found.position());
    return colon < 0
        ? new JobQuery.Tag(found.value(), null)
        : new JobQuery.Tag(found.value().substring(0, colon), found.value().substring(colon + 1));
  }

  private @Nullable Instant time(@Nullable Found found) {
    if (found == null) return null;
    var value = found.value();
    var ago = AGO.matcher(value);
    if (ago.matches()) return now.minus(span(Long.parseLong(ago.group(1)), ago.group(2)));
    try {
      return value.contains("T")
          ? Instant.parse(value)
          : LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeParseException notATime) {
      throw new BadQueryException(
          "'" + value + "' is no time; say 30m, 2h, 7d, 2026-01-31 or 2026-01-31T12:00:00Z",
          found.position());
    }
  }

  private static Duration span(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
