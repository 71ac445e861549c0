package dev.phaseline.schemas.avro;

/// JSON that is no value of a schema. The message is one line that names the field and what it
/// should be; it never quotes more than 40 characters of the value.
public final class JsonMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JsonMismatchException(String message) {
    super(message);
  }
}
