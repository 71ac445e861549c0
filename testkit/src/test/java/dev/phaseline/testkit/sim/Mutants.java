package dev.phaseline.testkit.sim;

import java.util.List;

/// The deliberately broken engines. A text that is not found exactly once fails the test: whoever
/// changes the engine there says here what breaking it looks like now.
final class Mutants {
  private Mutants() {}

  static List<Mutant> all() {
    return java.util.stream.Stream.of(
            ownership(),
            results(),
            progress(),
            order(),
            failures(),
            bounds(),
            crashes(),
            orders(),
            runs(),
            performing())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Mutant> orders() {
    return List.of(
        Mutant.of(
            "hands out while it is paused",
            "Lane.java",
            100,
            "!draining && !paused &&",
            "!draining &&"),
        Mutant.of(
            "does not take back what was handed out before a pause",
            "Work.java",
            300,
            "if (orders.paused()) withdrawAll();",
            ""),
        Mutant.of(
            "hands out items of cancelled jobs beside others",
            "Work.java",
            300,
            "if (cancelled != null) {\n        chain",
            "if (cancelled != null && running.isEmpty()) {\n        chain"),
        Mutant.of(
            "publishes what a cancelled item comes to",
            "Work.java",
            300,
            "if (cancelled == null || !cancelled.has(slot.item())) return false;",
            "if (cancelled == null || slot.attempt > 0) return false;"));
  }

  private static List<Mutant> runs() {
    return List.of(
        Mutant.of(
            "takes only the first key of a run for running",
            "KeyLanes.java",
            200,
            "    queue.running = count;\n    for",
            "    if (chain.isEmpty()) queue.running = count;\n    for"),
        Mutant.of(
            "leaves other keys behind an item that is slow",
            "Runs.java",
            500,
            "if (!run.isLongerThan(SLOW_NANOS, now)) return false;",
            "if (!run.isLongerThan(SLOW_NANOS * 10, now)) return false;"),
        Mutant.of(
            "takes back the first run with a slow item and no other",
            "Runs.java",
            2_000,
            "takeBack.accept(run);\n          return true;",
            "takeBack.accept(run);\n          nextLookNanos += 100_000_000L;\n          return true;"),
        Mutant.of(
            "goes on with runs when handlers are slow",
            "RunningAttempts.java",
            500,
            "if (!runs.isEmpty()) withdrawAll();",
            ""),
        Mutant.of(
            "forms runs right after handlers were slow",
            "RunningAttempts.java",
            500,
            "if (ports.handlers().areQuick()) return runs.mayForm(now);",
            "if (ports.handlers().areQuick() || ready.isAny()) return true;"));
  }

  private static List<Mutant> ownership() {
    return List.of(
        Mutant.of(
            "commits for partitions that have gone",
            "Lane.java",
            100,
            "var ledger = ledgers.remove(partition);",
            "var ledger = ledgers.get(partition);"),
        Mutant.of(
            "commits what is lost",
            "Lane.java",
            200,
            "public void lost(Collection<Integer> partitions) {",
            "public void lost(Collection<Integer> partitions) {"
                + " publication.release(leaving(partitions));"),
        Mutant.of(
            "takes late results of attempts that were given up",
            "Work.java",
            500,
            "if (!attempt.listed) {\n      fenced++;",
            "if (slot.ledger.isClosed()) {\n      fenced++;"),
        Mutant.of(
            "does not wait for handlers on revocation",
            "Lane.java",
            500,
            "awaitStarted(leaving, deadline);\n      work.handOver",
            "work.handOver"),
        Mutant.of(
            "does not commit results on revocation",
            "Lane.java",
            200,
            "publishRest(deadline);\n      publication",
            "publication"),
        Mutant.of(
            "says clean at every commit",
            "Publication.java",
            20,
            "propose(group, false);",
            "propose(group, true);"));
  }

  private static List<Mutant> results() {
    return List.of(
        Mutant.of(
            "forgets results before their commit is known",
            "Publication.java",
            100,
            "if (!slot.ledger.isClosed()) giveBack(slot);",
            ""),
        Mutant.of(
            "takes an unknown fate for aborted",
            "Publication.java",
            200,
            "ofUnknownFate = group;\n        pause(RECOVER_PAUSE_NANOS);",
            "aborted(group, reason);"),
        Mutant.of(
            "takes an unknown fate for committed",
            "Publication.java",
            200,
            "ofUnknownFate = group;\n        pause(RECOVER_PAUSE_NANOS);",
            "done(group);"),
        Mutant.of(
            "commits again before the fate is known",
            "Publication.java",
            200,
            "if (ofUnknownFate != null && !resolve(ofUnknownFate, now, everything)) return;",
            ""),
        Mutant.of(
            "believes that a commit it reads back did not happen",
            "Publication.java",
            200,
            "return found >= proposed.seq();",
            "return found > proposed.seq();"),
        Mutant.of(
            "forgets what does not fit yet",
            "Publication.java",
            2_000,
            "tooFar.addLast(slot);",
            "work.completed(slot);"));
  }

  private static List<Mutant> progress() {
    return List.of(
        Mutant.of("strips the metadata", "CommitGroup.java", 50, "proposed.encode()", "\"\""),
        Mutant.of(
            "ignores what an earlier owner completed",
            "PartitionLedger.java",
            200,
            "if (inherited.isComplete(offset)) return false;",
            ""),
        Mutant.of(
            "commits the highest completed offset",
            "PartitionLedger.java",
            50,
            "var open = openBefore(end);\n    var",
            "var open = new long[0];\n    var"),
        Mutant.of(
            "does not count commits",
            "PartitionLedger.java",
            20,
            "        seq + 1,",
            "        seq,"),
        Mutant.of(
            "believes that everything fits",
            "Progress.java",
            2_000,
            "if (through - frontier <= (long) SET_BYTES_MAX * 8) return true;",
            "if (through >= frontier) return true;"),
        Mutant.of(
            "forgets what it inherited and did not read yet",
            "PartitionLedger.java",
            500,
            "if (inherited.incomplete().at(i) < end) open[count++] = inherited.incomplete().at(i);",
            "if (inherited.incomplete().at(i) < 0) open[count++] = inherited.incomplete().at(i);"));
  }

  private static List<Mutant> order() {
    return List.of(
        Mutant.of(
            "treats KEY as UNORDERED",
            "KeyLanes.java",
            50,
            "key == null ? new KeyQueue(null) : byKey.computeIfAbsent(key, KeyQueue::new)",
            "new KeyQueue(key)"),
        Mutant.of(
            "puts what comes back at the end of its queue",
            "KeyLanes.java",
            200,
            "slot.queue.addFirst(slot);",
            "slot.queue.addLast(slot);"),
        Mutant.of(
            "buries an item without asking its failure handler",
            "Work.java",
            200,
            "if (attempt.handlesFailure()) {",
            "if (attempt.handlesFailure() && attempt.number() > 100) {"),
        Mutant.of(
            "runs the handler again where the failure handler is to decide",
            "Work.java",
            200,
            "slot.lastFailure = failure;",
            ""),
        Mutant.of(
            "lets the next of a key run while one waits for its retry",
            "KeyLanes.java",
            200,
            "slot.queue.blocked = true;",
            ""),
        Mutant.of(
            "runs the rest of a chain after a failure",
            "Chain.java",
            200,
            "AttemptResult.Settled ? READY : STOPPED",
            "AttemptResult.Settled ? READY : READY"),
        Mutant.of(
            "takes a chain back one after the other, first to last",
            "Chain.java",
            2_000,
            "if (WORD.compareAndSet(this, was, word(state(was), started, started))) {",
            "if (state(was) == READY && started + 1 < end(was)) { if (!WORD.compareAndSet(this,"
                + " was, word(READY, end(was), started + 1))) continue; var all = new"
                + " java.util.ArrayList<Attempt>(attempts.subList(started, started + 1));"
                + " all.addAll(takeBack()); return all; } if (WORD.compareAndSet(this, was,"
                + " word(state(was), started, started))) {"),
        Mutant.of(
            "gives up what has just ended",
            "Chain.java",
            2_000,
            "if (!runs(attempt, was)) return false;",
            "if (attempt.place() < 0) return false;"),
        Mutant.of(
            "skips attempt numbers",
            "Aftermath.java",
            100,
            "slot.attempt++;\n    return",
            "slot.attempt += 2;\n    return"),
        Mutant.of(
            "retries too early",
            "Work.java",
            100,
            "now + delayNanos, behind",
            "now + delayNanos / 4, behind"),
        Mutant.of(
            "starts handlers while suspended",
            "Suspension.java",
            500,
            "return waiting ? 0 : ramp;",
            "return ramp;"),
        Mutant.of(
            "does not see signs of life",
            "Attempt.java",
            500,
            "public void heartbeat(long nowNanos) {\n    signNanos = nowNanos;",
            "public void heartbeat(long nowNanos) {"));
  }

  private static List<Mutant> failures() {
    return List.of(
        Mutant.of(
            "burns attempts in an outage",
            "Aftermath.java",
            500,
            "return probe ? outage(failure) : new Step.Spare();",
            "return counted(attempt, failure, verdict, now);"),
        Mutant.of(
            "takes any failure for an outage",
            "FailureJudge.java",
            500,
            "witnesses.size() >= rule.keysMin()",
            "witnesses.size() >= 1"),
        Mutant.of(
            "counts a key that fails alone as many",
            "FailureJudge.java",
            500,
            "witnesses.put(key, new Witness(now, successes));",
            "witnesses.put(now + witnesses.size(), new Witness(now, successes));"),
        Mutant.of(
            "gives up order where keys are to be parked",
            "RetryRules.java",
            1_000,
            "case PARK_KEY -> new Next.Again(delay, Order.KEPT);",
            "case PARK_KEY -> new Next.Again(delay, Order.GIVEN_UP);"),
        Mutant.of(
            "lets ordered items leave the lane",
            "Aftermath.java",
            2_000,
            "case KEPT -> new Step.Again(delayNanos, false);",
            "case KEPT -> unordered(slot, delayNanos, false);"));
  }

  private static List<Mutant> bounds() {
    return List.of(
        Mutant.of(
            "ignores how many bytes of results wait",
            "Publication.java",
            2_000,
            "return settledBytes;",
            "return 0;"),
        Mutant.of(
            "never pauses",
            "Work.java",
            100,
            "return held >= limits.inFlightItemsMax() || heldBytes >= limits.inFlightBytesMax();",
            "return held < 0 && limits.inFlightItemsMax() < 0;"),
        Mutant.of(
            "never goes on after a pause",
            "Lane.java",
            100,
            "else if (work.hasRoom()) ports.source().resume",
            "else if (work.held() < 0) ports.source().resume"),
        Mutant.of(
            "leaves a key's items behind when one of its partitions goes",
            "ReadyItems.java",
            5_000,
            "keys.drop(queues, slot -> slot.ledger == ledger);",
            "keys.drop(java.util.List.of(), slot -> slot.ledger == ledger);"));
  }

  private static List<Mutant> crashes() {
    return List.of(
        Mutant.of(
            "knows no quarantine",
            "PartitionQuarantine.java",
            500,
            "return deaths >= DEATHS_MIN && offset < until;",
            "return deaths < 0 && offset < until;"),
        Mutant.of(
            "starts work before it has said that it is the owner",
            "Lane.java",
            2_000,
            "if (!draining && !paused && publication.allAnnounced()) work",
            "if (!draining && !paused) work"),
        Mutant.of(
            "begins a trial before it is committed",
            "PartitionQuarantine.java",
            1_000,
            "trial = next;\n    opened = false;",
            "trial = next;\n    opened = true;"),
        Mutant.of(
            "takes a trial for committed that came up meanwhile",
            "PartitionQuarantine.java",
            5_000,
            "if (!trial.isNone() && trial.equals(note.trial())) opened = true;",
            "opened = !trial.isNone();"),
        Mutant.of(
            "suspects a stretch of offsets, not of items",
            "PartitionQuarantine.java",
            2_000,
            "toCome--;",
            "toCome = 0;"),
        Mutant.of(
            "forgets which trial its predecessor died of",
            "Quarantine.java",
            2_000,
            "split.add(trial);",
            ""),
        Mutant.of(
            "runs the same trial again after a death",
            "PartitionQuarantine.java",
            2_000,
            "Math.ceilDiv(died.items(), rule.parts())",
            "died.items()"),
        Mutant.of(
            "runs every suspect alone",
            "PartitionQuarantine.java",
            2_000,
            "var died = narrowed.of(from);",
            "var died = new Trial(from, from + 1, 1, 0);"),
        Mutant.of(
            "lets a hand-over in order end the suspicion",
            "Quarantine.java",
            5_000,
            "if (deaths == 0) return NONE;",
            "if (deaths >= 0) return NONE;"),
        Mutant.of(
            "runs one item alone beside the trials of others",
            "TrialGate.java",
            2_000,
            "for (var other : inside) if (other.alone || place.alone) return false;",
            ""),
        Mutant.of(
            "keeps its place at the gate",
            "PartitionQuarantine.java",
            1_000,
            "place.leave();\n    trial = Trial.NONE;",
            "trial = Trial.NONE;"),
        Mutant.of(
            "takes its successor's word for its own",
            "PartitionLedger.java",
            2_000,
            "return announced && !doubted;",
            "return seq >= 0;"),
        Mutant.of(
            "never ends the suspicion where little arrives",
            "PartitionQuarantine.java",
            100,
            "if (toCome == 0) return;\n    toCome = 0;",
            "if (toCome >= 0) return;\n    toCome = 0;"));
  }

  private static List<Mutant> performing() {
    return List.of(
        Mutant.of("sends offsets without outputs", Tampering.OFFSETS_WITHOUT_OUTPUTS, 10),
        Mutant.of("does not send one output", Tampering.OUTPUT_NOT_SENT, 10),
        Mutant.of("puts the attempt into the effect key", Tampering.ATTEMPT_IN_EFFECT_KEY, 1_000),
        Mutant.of("says aborted when it does not know", Tampering.UNKNOWN_SAID_ABORTED, 200),
        Mutant.of("says done when it does not know", Tampering.UNKNOWN_SAID_DONE, 200));
  }
}
