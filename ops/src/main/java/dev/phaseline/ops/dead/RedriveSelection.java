package dev.phaseline.ops.dead;

import dev.phaseline.ops.cluster.TopicScan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The letters that a redrive will send, the oldest first, and those that it can't send. About 60
/// bytes a letter. For one thread.
final class RedriveSelection {
  private static final int SHOWN_MAX = 10;

  private final LetterBox box;
  private final TopicScan scan;
  private final LetterStates states;
  private final Redrive how;
  private final Set<String> earlier;
  private final Instant now = Instant.now();
  private final Map<String, String> obstacles = new HashMap<>();
  private final RefusedLetterCollector refused = new RefusedLetterCollector();
  private final List<Pick> picks = new ArrayList<>();
  private long matched;

  /// A letter and where it goes.
  ///
  /// @param at when it was written; never less than for letters before it in its partition, so that
  ///   sorting by it keeps the order of keys
  /// @param isExpired whether the job's deadline has passed
  record Pick(LetterId id, long at, String phase, String kind, String target, boolean isExpired) {}

  private RedriveSelection(
      LetterBox box, TopicScan scan, LetterStates states, Redrive how, Set<String> earlier) {
    this.earlier = earlier;
    this.box = box;
    this.scan = scan;
    this.states = states;
    this.how = how;
  }

  /// Chooses.
  ///
  /// @param earlier operations whose letters are passed over, because they were this redrive's own
  /// @throws UnknownPhaseException when all letters should go where there is no phase
  static RedriveSelection of(
      LetterBox box,
      TopicScan scan,
      LetterStates states,
      LetterQuery query,
      Redrive how,
      Set<String> earlier) {
    var selection = new RedriveSelection(box, scan, states, how, earlier);
    how.to()
        .filter(to -> !box.phases().contains(to))
        .ifPresent(
            to -> {
              throw new UnknownPhaseException(box.pipeline(), to, box.phases());
            });
    for (var phase : box.phases()) {
      var topic = box.names().phase(box.pipeline(), phase);
      if (scan.exists(topic)) continue;
      selection.obstacles.put(
          phase, "topic " + topic + " is missing; create it with `phaseline topics create`");
    }
    selection.choose(query);
    return selection;
  }

  private void choose(LetterQuery query) {
    var missing = new HashSet<>(query.ids());
    var latest = new HashMap<Integer, Long>();
    box.visit(
        scan,
        states,
        query,
        LetterBox.WAITING,
        entry -> {
          var letter = entry.letter();
          missing.remove(letter.id());
          if (isSentEarlier(entry.state())) return;
          matched++;
          var at = latest.merge(letter.id().partition(), letter.at().toEpochMilli(), Math::max);
          choose(entry, at);
        });
    for (var id : missing.stream().sorted().toList()) {
      if (box.get(id).isPresent()) continue; // there, but other terms of the query leave it out
      refused.add(id, String.valueOf(box.noSuchLetter(scan, id).getMessage()));
    }
    picks.sort(Comparator.comparingLong(Pick::at).thenComparing(Pick::id));
    if (picks.size() > how.limit()) picks.subList((int) how.limit(), picks.size()).clear();
  }

  private boolean isSentEarlier(LetterState state) {
    return state.status() == LetterState.Status.REDRIVEN
        && state.last() != null
        && earlier.contains(state.last().operation());
  }

  private void choose(LetterEntry entry, long at) {
    var letter = entry.letter();
    if (!entry.state().isSendable()) {
      refused.add(letter.id(), "it is already " + entry.state().words());
      return;
    }
    var phase = letter.phase();
    var target = how.to().orElse(phase);
    var obstacle = obstacle(letter, target);
    if (!obstacle.isEmpty()) {
      refused.add(letter.id(), obstacle);
      return;
    }
    var isExpired = letter.deadline().filter(now::isAfter).isPresent();
    picks.add(new Pick(letter.id(), at, phase, letter.kind(), target, isExpired));
  }

  private String obstacle(Letter letter, String target) {
    if (target.equals(Letter.UNKNOWN)) {
      return "its phase is not recorded; use --to PHASE";
    }
    if (!box.phases().contains(target)) {
      return "phase '"
          + letter.phase()
          + "' is not in pipeline '"
          + box.pipeline()
          + "' any more; use --to with one of "
          + String.join(", ", box.phases());
    }
    if (!target.equals(letter.phase()) && letter.isOfCompensation()) {
      return "it is being compensated, so it can go to its phase '"
          + letter.phase()
          + "' only; leave out --to";
    }
    return obstacles.getOrDefault(target, "");
  }

  /// Number of letters in the selection, sendable or not.
  long matched() {
    return Math.min(matched, picks.size() + refused.count());
  }

  List<Pick> picks() {
    return picks;
  }

  RefusedLetterCollector refused() {
    return refused;
  }

  RedrivePreview preview() {
    var counts = new HashMap<String, Long>();
    for (var pick : picks) {
      counts.merge(pick.phase() + ' ' + pick.kind() + " -> " + pick.target(), 1L, Long::sum);
    }
    var groups = new LinkedHashMap<String, Long>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(group -> groups.put(group.getKey(), group.getValue()));
    var first = new ArrayList<LetterEntry>();
    var ids = picks.stream().limit(SHOWN_MAX).map(Pick::id).toList();
    box.read(
        scan,
        ids,
        record -> {
          var letter = new Letter(record);
          first.add(new LetterEntry(letter, states.of(letter)));
        });
    first.sort(Comparator.comparingInt(entry -> ids.indexOf(entry.letter().id())));
    var expired = picks.stream().filter(Pick::isExpired).count();
    return new RedrivePreview(
        matched(), picks.size(), groups, first, expired, refused.toRefusals());
  }
}
