package dev.phaseline.cli.dead;

import dev.phaseline.cli.text.Printable;
import dev.phaseline.ops.dead.LetterId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the id of a letter.
final class LetterIdConverter implements ITypeConverter<LetterId> {
  @Override
  public LetterId convert(String typed) {
    return LetterId.parse(typed)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + Printable.line(typed) + "' is no letter's id: it is like 0-1234"));
  }
}
