package dev.phaseline.outbox;

import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.TopicNames;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Configuration of a relay. If it exists, it is valid. Immutable.
///
/// @param outbox the outbox's name, one for each database: 1 to 48 of a-z, 0-9, '-' and '_'
/// @param relay the name of this relay, which no other one has: one that was killed and is started
///   again under its name need not wait for [RelayTuning#takeover]
/// @param names the namespace, which must be that of the submissions
/// @param tuning limits and times
/// @param adopts whether a database and a position in Kafka that do not belong together are taken
///   as they are, once: rows that are there are published, whether or not they were before
/// @param meters where it measures; null for nowhere
public record RelayConfig(
    String outbox,
    String relay,
    TopicNames names,
    RelayTuning tuning,
    boolean adopts,
    @Nullable OutboxMeters meters) {
  private static final int RELAY_CHARS_MAX = 200;

  public RelayConfig {
    if (!TopicNames.isName(outbox)) {
      throw new IllegalArgumentException(
          "outbox name '" + Clipped.of(outbox) + "' is not valid: " + TopicNames.NAME_RULE);
    }
    if (relay.isBlank() || relay.length() > RELAY_CHARS_MAX) {
      throw new IllegalArgumentException(
          "relay name has " + relay.length() + " characters, 1 to 200 are allowed");
    }
  }

  /// The relay of an outbox in the default namespace, named after this machine and process.
  public static RelayConfig of(String outbox) {
    return new RelayConfig(
        outbox, processName(), TopicNames.DEFAULT, RelayTuning.DEFAULT, false, null);
  }

  private static String processName() {
    var pid = ProcessHandle.current().pid();
    try {
      return InetAddress.getLocalHost().getHostName() + '-' + pid;
    } catch (UnknownHostException unnamed) {
      return "relay-" + pid;
    }
  }

  /// This under another name of the relay.
  public RelayConfig withRelay(String name) {
    return new RelayConfig(outbox, name, names, tuning, adopts, meters);
  }

  /// This in another namespace.
  public RelayConfig withNames(TopicNames others) {
    return new RelayConfig(outbox, relay, others, tuning, adopts, meters);
  }

  /// This with other limits and times.
  public RelayConfig withTuning(RelayTuning another) {
    return new RelayConfig(outbox, relay, names, another, adopts, meters);
  }

  /// This, taking a database and a position that do not belong together as they are, for one start.
  public RelayConfig adopting() {
    return new RelayConfig(outbox, relay, names, tuning, true, meters);
  }

  /// This, measuring there.
  public RelayConfig withMeters(OutboxMeters into) {
    return new RelayConfig(outbox, relay, names, tuning, adopts, into);
  }

  /// Transactional id of the relays of this outbox, of which Kafka lets the last one write.
  String transactionalId() {
    return names.outbox() + '.' + outbox;
  }
}
