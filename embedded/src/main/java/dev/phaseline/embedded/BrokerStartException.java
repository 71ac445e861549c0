package dev.phaseline.embedded;

/// The broker did not start. The message is one line: what is wrong, with which file or port, and
/// what to do about it. Nothing is left running and nothing stays locked.
public final class BrokerStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Reason why the broker did not start.
  public enum Reason {
    /// Another program listens on the port.
    PORT_TAKEN,
    /// The data folder can't be made or written.
    FOLDER_UNWRITABLE,
    /// Another broker uses the data folder.
    FOLDER_LOCKED,
    /// The data folder is an embedded broker's, but its identity can't be read.
    FOLDER_DAMAGED,
    /// The data folder holds somebody else's files.
    FOLDER_FOREIGN,
    /// Too little space for the data.
    DISK_FULL,
    /// A host or property is not valid.
    BAD_SETTING,
    /// Anything else; the cause says more.
    FAILED
  }

  private final Reason reason;

  BrokerStartException(Reason reason, String message) {
    super(oneLine(message));
    this.reason = reason;
  }

  BrokerStartException(Reason reason, String message, Throwable cause) {
    super(oneLine(message), cause);
    this.reason = reason;
  }

  /// Reason why the broker did not start.
  public Reason reason() {
    return reason;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
