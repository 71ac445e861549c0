package dev.phaseline.scheduler;

import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.time.InstantSource;

/// Parts that the processors of timers share in all tasks.
///
/// @param names the namespace
/// @param topics what is known of targets
/// @param clock what says when a timer is due
/// @param remember for how long it is known that a timer fired
/// @param inputs positions of readers: a task fires nothing before it has read what was there
/// @param tally counts for all tasks
record TimerParts(
    TopicNames names,
    TargetTopics topics,
    InstantSource clock,
    Duration remember,
    Inputs inputs,
    SchedulerCounts tally) {}
