package dev.phaseline.ops.dead;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.schemas.HeaderNames;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dead letters as JSON, for scripts of the command and users of the console's API alike: the names
/// of the records' components are part of both interfaces, and a component that is null is absent.
/// Times are ISO 8601 in UTC. Thread-safe.
public final class LetterJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private LetterJson() {}

  /// One line of JSON.
  ///
  /// @param answer a record of those here, or another value that Jackson writes
  public static String line(Object answer) {
    try {
      return MAPPER.writeValueAsString(answer);
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("an answer that is no JSON", ours);
    }
  }

  /// Letters that were found.
  ///
  /// @param total how many there are, listed or not
  /// @param unknownPhases phases of the query that are none; absent when all are
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Found(long total, List<Summary> letters, @Nullable List<String> unknownPhases) {
    /// The letters of a list.
    public static Found of(LetterBox.Found found, List<String> unknownPhases) {
      return new Found(
          found.total(),
          found.newest().stream().map(Summary::of).toList(),
          unknownPhases.isEmpty() ? null : unknownPhases);
    }
  }

  /// A letter in a list.
  ///
  /// @param last the newest action; absent when there was none
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Summary(
      String id,
      String at,
      String job,
      String item,
      String phase,
      String kind,
      String reason,
      String key,
      int generation,
      int attempt,
      Map<String, String> tags,
      String state,
      boolean edited,
      @Nullable ActionTaken last) {
    /// The letter as it is answered.
    public static Summary of(LetterEntry entry) {
      var letter = entry.letter();
      var state = entry.state();
      return new Summary(
          letter.id().toString(),
          letter.at().toString(),
          letter.job(),
          letter.item(),
          letter.phase(),
          letter.kind(),
          letter.reason(),
          letter.keyText(),
          letter.generation(),
          letter.attempt(),
          letter.tags(),
          state.status().text(),
          state.edit() != null,
          ActionTaken.of(state.last()));
    }
  }

  /// A letter with its payload.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Whole(
      @JsonUnwrapped Summary letter,
      String from,
      List<Letter.Attempt> history,
      List<Header> headers,
      Payload payload,
      @Nullable ActionTaken edit,
      @Nullable Payload editedPayload) {
    /// The letter as it is printed.
    ///
    /// @param edited the payload that a redrive will send; null when it is the original
    public static Whole of(
        LetterEntry entry, Payloads.Shown payload, Payloads.@Nullable Shown edited) {
      return new Whole(
          Summary.of(entry),
          entry.letter().parent(),
          entry.letter().history(),
          Header.all(entry.letter()),
          Payload.of(payload),
          ActionTaken.of(entry.state().edit()),
          edited == null ? null : Payload.of(edited));
    }
  }

  /// A header of a letter's record.
  ///
  /// @param value text, or `0x` and hexadecimal digits
  public record Header(String name, String value) {
    /// All headers of a letter.
    public static List<Header> all(Letter letter) {
      var all = new ArrayList<Header>();
      for (var header : letter.headers()) all.add(new Header(header.key(), shown(header)));
      return all;
    }

    /// A finished phase without its payload, which is shown by its own rules only.
    private static String shown(org.apache.kafka.common.header.Header header) {
      var text = text(header.value());
      if (!header.key().equals(HeaderNames.FINISHED)) return text;
      var end = text.indexOf(' ');
      return end < 0 ? text : text.substring(0, end) + ", with its key and payload";
    }
  }

  /// Text, or `0x` and hexadecimal digits when the bytes are none.
  public static String text(byte @Nullable [] value) {
    if (value == null) return "";
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException binary) {
      return "0x" + HexFormat.of().formatHex(value);
    }
  }

  /// An action that was taken about a letter.
  ///
  /// @param phase the phase that a redrive went to; absent for other actions
  /// @param generation of the redriven item; absent for other actions
  /// @param reason absent when none was given
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ActionTaken(
      String action,
      String by,
      String at,
      String operation,
      @Nullable String phase,
      @Nullable Integer generation,
      @Nullable String reason) {
    /// The action as it is answered; null for none.
    public static @Nullable ActionTaken of(@Nullable LetterAction action) {
      if (action == null) return null;
      return new ActionTaken(
          action.verb().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          action.by(),
          action.at().toString(),
          action.operation(),
          action.phase().isEmpty() ? null : action.phase(),
          action.generation() > 0 ? action.generation() : null,
          action.reason().isEmpty() ? null : action.reason());
    }
  }

  /// A payload to look at: JSON as it stands, byte for byte, or text, or hexadecimal digits.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Payload(
      String form,
      @Nullable Integer schemaId,
      @Nullable String note,
      @Nullable RawValue json,
      @Nullable String hex,
      @Nullable String text) {
    /// The payload as it is printed.
    public static Payload of(Payloads.Shown shown) {
      var json = shown.json().map(RawValue::new).orElse(null);
      var isBinary = shown.form() == Payloads.Form.BINARY;
      return new Payload(
          shown.form().name().toLowerCase(Locale.ROOT),
          shown.schemaId().isPresent() ? shown.schemaId().getAsInt() : null,
          shown.note().isEmpty() ? null : shown.note(),
          json,
          json == null && isBinary ? shown.text() : null,
          json == null && !isBinary ? shown.text() : null);
    }
  }

  /// Letters counted by what they died of.
  ///
  /// @param total all of them
  public record Groups(long total, List<Group> groups) {
    /// The groups as they are answered.
    public static Groups of(long total, List<DeadLetterReader.Group> groups) {
      return new Groups(total, groups.stream().map(Group::of).toList());
    }
  }

  /// Letters that died alike.
  ///
  /// @param query means exactly these letters; absent for what is left over
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Group(
      long count,
      String phase,
      String kind,
      String reason,
      String first,
      String last,
      @Nullable String query) {
    /// The group as it is answered.
    public static Group of(DeadLetterReader.Group group) {
      var query = LetterGroup.query(group);
      return new Group(
          group.count(),
          group.phase(),
          group.kind(),
          group.reason(),
          group.first().toString(),
          group.last().toString(),
          query.isEmpty() ? null : query);
    }
  }

  /// A redrive that would be.
  public record Preview(
      boolean dryRun,
      long matched,
      long wouldRedrive,
      long expired,
      Map<String, Long> groups,
      List<Summary> first,
      @JsonUnwrapped Refused refused) {
    /// The preview as it is answered.
    public static Preview of(RedrivePreview preview) {
      return new Preview(
          true,
          preview.matched(),
          preview.sendable(),
          preview.expired(),
          preview.groups(),
          preview.first().stream().map(Summary::of).toList(),
          Refused.of(preview.refused()));
    }
  }

  /// A redrive that was.
  ///
  /// @param canary the canary's result; absent without one
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Redriven(
      String operation,
      String end,
      long matched,
      long redriven,
      long takenBack,
      long left,
      @Nullable Canary canary,
      @JsonUnwrapped Refused refused) {
    /// The report as it is answered.
    public static Redriven of(RedriveReport report) {
      return new Redriven(
          report.operation(),
          report.end().name().toLowerCase(Locale.ROOT),
          report.matched(),
          report.redriven(),
          report.takenBack(),
          report.left(),
          report.canary().map(Canary::of).orElse(null),
          Refused.of(report.refused()));
    }
  }

  /// The result of a canary.
  public record Canary(long sent, long passed, long deadAgain, long open) {
    static Canary of(RedriveReport.Canary canary) {
      return new Canary(canary.sent(), canary.passed(), canary.deadAgain(), canary.open());
    }
  }

  /// Letters that were put away.
  public record Discarded(String operation, long discarded, @JsonUnwrapped Refused refused) {
    /// The report as it is answered.
    public static Discarded of(DiscardReport report) {
      return new Discarded(report.operation(), report.discarded(), Refused.of(report.refused()));
    }
  }

  /// Actions that were taken back.
  public record Undone(
      String operation, long reopened, long editsUndone, @JsonUnwrapped Refused refused) {
    /// The report as it is answered.
    public static Undone of(UndoReport report) {
      return new Undone(
          report.operation(),
          report.reopened(),
          report.editsUndone(),
          Refused.of(report.refused()));
    }
  }

  /// Letters to which something was not done.
  ///
  /// @param refused how many
  /// @param refusedFirst the first of them
  public record Refused(long refused, List<RefusedOne> refusedFirst) {
    static Refused of(RefusedLetters letters) {
      return new Refused(
          letters.count(),
          letters.first().stream()
              .map(one -> new RefusedOne(one.letter().toString(), one.why()))
              .toList());
    }
  }

  /// A letter to which something was not done.
  public record RefusedOne(String id, String why) {}
}
