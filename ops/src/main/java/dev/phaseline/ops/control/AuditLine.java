package dev.phaseline.ops.control;

import dev.phaseline.schemas.control.AuditEntry;

/// One command in the audit, and where it stands.
///
/// @param place its offset: a later command has a larger one; what a page is asked for by
/// @param entry the command
public record AuditLine(long place, AuditEntry entry) {}
