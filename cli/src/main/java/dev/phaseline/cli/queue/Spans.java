package dev.phaseline.cli.queue;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.schemas.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations in options and in lines of input. Stateless.
final class Spans implements ITypeConverter<Duration> {
  /// The duration that a text in a line of input means.
  ///
  /// @throws CommandFailure when it means none
  static Duration read(String text) {
    try {
      return DurationText.parse(Printable.line(text));
    } catch (IllegalArgumentException none) {
      throw CommandFailure.usage(String.valueOf(none.getMessage()));
    }
  }

  @Override
  public Duration convert(String text) {
    try {
      return DurationText.parse(Printable.line(text));
    } catch (IllegalArgumentException none) {
      throw new TypeConversionException(none.getMessage());
    }
  }
}
