package dev.phaseline.ops.console;

import dev.phaseline.ops.tracker.StatusSource;
import java.util.List;
import java.util.SequencedMap;

/// Data sources and command interfaces of a console. The caller closes them, after the console.
///
/// @param phases the phases of each pipeline, in their order
/// @param status jobs, items and phases
/// @param letters the dead letters
/// @param commands what workers are told, and say
/// @param transactions what hides records
/// @param jobs takes new jobs
/// @param schedules what runs again and again
/// @param queues the queues
/// @param audit where it is kept who did what
public record ConsoleParts(
    SequencedMap<String, List<String>> phases,
    StatusSource status,
    LetterSource letters,
    Commands commands,
    TransactionSource transactions,
    JobEntry jobs,
    ScheduleSource schedules,
    QueueSource queues,
    AuditTrail audit) {}
