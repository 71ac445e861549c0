package dev.phaseline.cli.dead;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.Redrive;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of a redrive: rate, canary, limit, target.
final class RedriveOptions {
  private static final Pattern RATE =
      Pattern.compile("(-?[0-9]{1,9}(?:\\.[0-9]{1,3})?)(/s|/m|/h)?");
  private static final Pattern PERCENT = Pattern.compile("(-?[0-9]{1,9}(?:\\.[0-9]{1,3})?)%?");

  @Option(
      names = "--to",
      paramLabel = "PHASE",
      description = "To this phase (default: the one that failed).")
  private @Nullable String to;

  @Option(
      names = "--rate",
      paramLabel = "N/s",
      description = "At most so many letters a second (/s), minute (/m) or hour (/h).")
  private @Nullable String rate;

  @Option(
      names = "--canary",
      paramLabel = "N",
      description = "Send N first, see what becomes of them, and the rest only if they do well.")
  private @Nullable Integer canary;

  @Option(
      names = "--stop-if-fails",
      paramLabel = "PERCENT",
      description = "Stop when more of the canary than this are dead again (default: 5%%).")
  private @Nullable String stopIfFails;

  @Option(
      names = "--canary-wait",
      paramLabel = "SECONDS",
      description = "How long the canary may take (default: 300).")
  private @Nullable Integer canaryWait;

  @Option(names = "--limit", paramLabel = "N", description = "At most N letters, the oldest first.")
  private @Nullable Long limit;

  /// Settings of the redrive by these options.
  ///
  /// @throws CommandFailure naming the option that can't be used
  Redrive redrive() {
    if (canary == null && (stopIfFails != null || canaryWait != null)) {
      throw CommandFailure.usage("--stop-if-fails and --canary-wait go with --canary N");
    }
    return new Redrive(
        Optional.ofNullable(to),
        perSecond(),
        canary == null ? 0 : (int) atLeast("--canary", canary),
        percent(),
        Duration.ofSeconds(canaryWait == null ? 300 : atLeast("--canary-wait", canaryWait)),
        limit == null ? Long.MAX_VALUE : atLeast("--limit", limit));
  }

  private static long atLeast(String option, long value) {
    if (value < 1) throw CommandFailure.usage(option + " " + value + ": must be at least 1");
    return value;
  }

  private double perSecond() {
    if (rate == null) return 0;
    var found = RATE.matcher(rate);
    if (!found.matches()) {
      throw CommandFailure.usage(
          "--rate " + Printable.line(rate) + ": use a number and /s, like 100/s");
    }
    var number = Double.parseDouble(found.group(1));
    if (number <= 0) throw CommandFailure.usage("--rate " + rate + ": must be more than 0");
    var unit = found.group(2);
    if (unit == null || unit.equals("/s")) return number;
    return number / (unit.equals("/m") ? 60 : 3_600);
  }

  private double percent() {
    if (stopIfFails == null) return 5;
    var found = PERCENT.matcher(stopIfFails);
    var number = found.matches() ? Double.parseDouble(found.group(1)) : -1;
    if (number < 0 || number > 100) {
      throw CommandFailure.usage(
          "--stop-if-fails " + Printable.line(stopIfFails) + ": must be from 0% to 100%");
    }
    return number;
  }

  /// Without a fraction that says nothing.
  static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
