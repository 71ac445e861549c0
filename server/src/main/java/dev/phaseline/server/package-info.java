/// A server's configuration and its pipelines: the server file with the environment over it, and
/// the pipelines that are on the class path or in plug-in jars. A module of its own, because
/// whoever embeds a server (a container, a framework, a test) reads the same files as the command.
@NullMarked
package dev.phaseline.server;

import org.jspecify.annotations.NullMarked;
