package dev.phaseline.schemas.avro;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/// Numbers of JSON as Avro's floating-point numbers. One that would come out as another number than
/// was typed is refused: the operator should see what will be sent. Pure.
final class JsonNumber {
  private JsonNumber() {}

  static double toDouble(JsonNode node, String path) {
    if (!node.isNumber()) return special(node, path);
    var number = node.doubleValue();
    // A double has -0.0 and a decimal has not.
    requireSame(node, path, Double.toString(number), Double.isFinite(number));
    return number;
  }

  static float toFloat(JsonNode node, String path) {
    if (!node.isNumber()) return (float) special(node, path);
    // By way of a double, a number could be rounded twice.
    var number = isNegativeZero(node) ? -0.0f : Float.parseFloat(node.decimalValue().toString());
    requireSame(node, path, Float.toString(number), Float.isFinite(number));
    return number;
  }

  private static boolean isNegativeZero(JsonNode node) {
    return node.isDouble() && node.doubleValue() == 0 && 1 / node.doubleValue() < 0;
  }

  private static void requireSame(JsonNode node, String path, String nearest, boolean finite) {
    if (finite && isNegativeZero(node)) return;
    var same = finite && new BigDecimal(nearest).compareTo(node.decimalValue()) == 0;
    if (same) return;
    throw JsonDatum.mismatch(
        path, node, finite ? "a number that fits, such as " + nearest : "a number in range");
  }

  private static double special(JsonNode node, String path) {
    return switch (node.asText()) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw JsonDatum.mismatch(path, node, "a number");
    };
  }
}
