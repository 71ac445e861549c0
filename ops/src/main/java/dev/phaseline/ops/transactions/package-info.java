/// Transactions that are open, whose they are, and which of them hang: records behind an open
/// transaction are hidden from those who read committed records only.
@NullMarked
package dev.phaseline.ops.transactions;

import org.jspecify.annotations.NullMarked;
