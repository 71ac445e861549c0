package dev.phaseline.streams;

import java.nio.file.Path;

/// Names of a service for its messages to people.
///
/// @param kind what it is, as in "another scheduler is called ..."
/// @param name its own among those of its kind
/// @param stateDir its folder
/// @param rights the document that says which rights it needs
public record ServiceName(String kind, String name, Path stateDir, String rights) {}
