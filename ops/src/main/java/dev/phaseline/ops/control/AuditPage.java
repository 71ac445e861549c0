package dev.phaseline.ops.control;

import java.util.List;
import java.util.OptionalLong;

/// A page of the audit.
///
/// @param lines the newest first
/// @param next what to ask for to get the page of older ones; empty when there are none
/// @param unreadable records among them that can't be read, malformed or of a newer version: where
///   they are and why; some, when there are many
public record AuditPage(List<AuditLine> lines, OptionalLong next, List<String> unreadable) {
  public AuditPage {
    lines = List.copyOf(lines);
    unreadable = List.copyOf(unreadable);
  }

  /// One of which everything could be read.
  public AuditPage(List<AuditLine> lines, OptionalLong next) {
    this(lines, next, List.of());
  }
}
