/// Options that commands have in common, and the folders, logs and addresses behind them: how a
/// command finds its cluster.
@NullMarked
package dev.phaseline.cli.config;

import org.jspecify.annotations.NullMarked;
