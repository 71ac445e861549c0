package dev.phaseline.ops.console;

/// Who asks.
///
/// @param name as it stands in the audit log
/// @param role what they may do
/// @param where the address that they ask from
record Principal(String name, Role role, String where) {}
