package dev.phaseline.ops.control;

import java.util.List;
import java.util.OptionalLong;

/// A page of the audit.
///
/// @param lines the newest first
/// @param next what to ask for to get the page of older ones; empty when there are none
public record AuditPage(List<AuditLine> lines, OptionalLong next) {
  public AuditPage {
    lines = List.copyOf(lines);
  }
}
