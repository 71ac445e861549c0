package dev.phaseline.schemas.avro;

import java.io.EOFException;
import java.util.regex.Pattern;
import org.apache.avro.AvroTypeException;
import org.apache.avro.SystemLimitException;

/// Text of a failure of Avro's library, without the payload's content: these texts reach logs and
/// dead letters, and Avro's own quote the datum.
final class AvroFailureText {
  private static final Pattern PLACE = Pattern.compile(".* (at|in) ([A-Za-z0-9_.$\\[\\]]{1,200})$");

  private AvroFailureText() {}

  static String what(Throwable failure) {
    var place = failure.getMessage() == null ? null : PLACE.matcher(failure.getMessage());
    var where = place != null && place.matches() ? " at " + place.group(2) : "";
    return switch (failure) {
      case StackOverflowError tooDeep -> "it is nested too deeply";
      case EOFException tooShort when tooShort.getMessage() != null -> tooShort.getMessage();
      case EOFException tooShort -> "the bytes end in the middle of the value";
      case SystemLimitException limit -> String.valueOf(limit.getMessage());
      case NullPointerException missing -> "a value that may not be null is null" + where;
      case ClassCastException wrongType -> "a value has the wrong type" + where;
      case AvroTypeException mismatch -> "the value does not fit the schema" + where;
      default -> "it does not fit the schema (" + failure.getClass().getSimpleName() + ")" + where;
    };
  }
}
