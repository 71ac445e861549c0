package dev.phaseline.schemas.avro;

import java.util.List;
import org.apache.avro.Conversion;
import org.apache.avro.Conversions.DecimalConversion;
import org.apache.avro.Conversions.UUIDConversion;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;

/// The conversions of Avro's logical types to Java's types, for generic records: decimals, UUIDs,
/// dates and times. Stateless.
final class Conversions {
  private Conversions() {}

  private static List<Conversion<?>> all() {
    return List.of(
        new DecimalConversion(),
        new UUIDConversion(),
        new TimeConversions.DateConversion(),
        new TimeConversions.TimeMillisConversion(),
        new TimeConversions.TimeMicrosConversion(),
        new TimeConversions.TimestampMillisConversion(),
        new TimeConversions.TimestampMicrosConversion(),
        new TimeConversions.LocalTimestampMillisConversion(),
        new TimeConversions.LocalTimestampMicrosConversion());
  }

  /// Adds all of them, when they are wanted.
  static <D extends GenericData> D to(D data, boolean wanted) {
    if (wanted) all().forEach(data::addLogicalTypeConversion);
    return data;
  }

  /// The model of generic records, with or without them.
  static GenericData data(boolean wanted) {
    return to(new GenericData(), wanted);
  }
}
