package dev.phaseline.ops.console;

/// Authenticated user of a request.
///
/// @param name as it stands in the audit log
/// @param role what they may do
/// @param where the address that they ask from
record Principal(String name, Role role, String where) {}
