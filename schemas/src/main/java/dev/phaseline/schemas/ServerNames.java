package dev.phaseline.schemas;

import java.util.regex.Pattern;

/// Rule for the names of servers: of workers, schedulers and trackers. A name becomes part of
/// client ids, transactional ids and keys of settings, where dots separate parts.
public final class ServerNames {
  /// The rule, for messages and help.
  public static final String RULE =
      "use 1 to 64 of a-z, A-Z, 0-9, '-' and '_', the first a letter or digit";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}");

  private ServerNames() {}

  /// Checks a name.
  ///
  /// @param what whose name it is, such as "server", for the message
  /// @throws IllegalArgumentException when it breaks the rule, with the name and [#RULE]
  public static void check(String what, String name) {
    if (NAME.matcher(name).matches()) return;
    throw new IllegalArgumentException(
        what + " name '" + Clipped.of(name) + "' is not valid: " + RULE);
  }
}
