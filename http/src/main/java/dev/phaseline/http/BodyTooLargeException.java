package dev.phaseline.http;

import java.io.IOException;

/// A request's body beyond what the application takes. The client can still be answered.
public final class BodyTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  BodyTooLargeException(int atMost) {
    super("the body has more than " + atMost + " bytes");
  }
}
