/// The cleanup behind workers that died: transactions that they left open and the records that
/// these hide. Internal.
@NullMarked
package dev.phaseline.worker.takeover;

import org.jspecify.annotations.NullMarked;
