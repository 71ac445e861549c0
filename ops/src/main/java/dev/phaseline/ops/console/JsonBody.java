package dev.phaseline.ops.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// JSON body of a request, an object that is read member by member. Immutable.
///
/// @param json an object
record JsonBody(JsonNode json) {

  /// Text that must be there and not be blank.
  ///
  /// @throws Problem when it is not
  String text(String name) {
    return find(name)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> wrong(name, "is missing or blank", "give it as text"));
  }

  /// Text; empty when it is missing or null.
  Optional<String> find(String name) {
    var value = json.path(name);
    if (value.isMissingNode() || value.isNull()) return Optional.empty();
    if (!value.isTextual()) throw wrong(name, "is no text", "give it as text");
    return Optional.of(value.textValue());
  }

  boolean flag(String name) {
    var value = json.path(name);
    if (value.isMissingNode() || value.isNull()) return false;
    if (!value.isBoolean()) throw wrong(name, "is neither true nor false", "give true or false");
    return value.booleanValue();
  }

  /// A number, perhaps with a fraction.
  double number(String name, double absent, double least, double most) {
    var value = json.path(name);
    if (value.isMissingNode() || value.isNull()) return absent;
    var number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (number >= least && number <= most) return number;
    throw wrong(
        name, "is " + clip(value), "give a number from " + plain(least) + " to " + plain(most));
  }

  /// A whole number.
  int whole(String name, int absent, int least, int most) {
    var value = json.path(name);
    if (value.isMissingNode() || value.isNull()) return absent;
    if (value.isInt() && value.intValue() >= least && value.intValue() <= most) {
      return value.intValue();
    }
    throw wrong(name, "is " + clip(value), "give a whole number from " + least + " to " + most);
  }

  /// A whole number that names something; it must be there.
  long id(String name) {
    var value = json.path(name);
    if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
      return value.longValue();
    }
    throw value.isMissingNode() || value.isNull()
        ? wrong(name, "is missing", "give it as a number")
        : wrong(name, "is " + clip(value), "give a whole number from 0 on");
  }

  static Problem wrong(String name, String what, String remedy) {
    return Problem.bad("bad-member", "member '" + name + "' " + what, remedy).with("member", name);
  }

  private static String clip(JsonNode value) {
    var text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
