package dev.phaseline.cli.text;

/// Exit status of the process. Part of the command's interface: scripts rely on the numbers.
public final class ExitStatus {
  /// All is well.
  public static final int OK = 0;

  /// Something outside failed: a broker, a port, a folder.
  public static final int FAILED = 1;

  /// The command line or the server file is wrong.
  public static final int USAGE = 2;

  /// The books don't balance: an item is missing, ended twice, or the table disagrees.
  public static final int UNBALANCED = 3;

  /// The job that was waited for ended dead, cancelled or compensated.
  public static final int JOB_FAILED = 4;

  /// Stopped by Ctrl-C before the end; the next run goes on from there.
  public static final int INTERRUPTED = 130;

  private ExitStatus() {}
}
