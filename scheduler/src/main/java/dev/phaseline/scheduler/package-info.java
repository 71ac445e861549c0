/// Time: what is written to `<ns>.timers` today is a record of its target topic when it is due,
/// once. Start reading at `TimerProcessor`; the order of things to do is in `Agenda`.
@NullMarked
package dev.phaseline.scheduler;

import org.jspecify.annotations.NullMarked;
