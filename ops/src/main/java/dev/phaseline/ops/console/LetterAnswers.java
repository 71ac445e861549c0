package dev.phaseline.ops.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.dead.Letter;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.Payloads;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Answers about single letters that the API gives and the command does not print.
final class LetterAnswers {
  private LetterAnswers() {}

  /// Letters counted by what they died of.
  record Groups(List<LetterJson.Group> groups) {
    static Groups of(List<DeadLetterReader.Group> groups) {
      return new Groups(groups.stream().map(LetterJson.Group::of).toList());
    }
  }

  /// A letter without its payload, which is an operator's to see.
  ///
  /// @param edit the edit that a redrive will send; absent without one
  /// @param lives the other letters of the item
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Detail(
      @JsonUnwrapped LetterJson.Summary letter,
      String from,
      List<Letter.Attempt> history,
      int payloadBytes,
      String stateWords,
      LetterJson.@Nullable ActionTaken edit,
      List<LetterJson.Summary> lives) {
    static Detail of(LetterEntry entry, List<LetterEntry> lives) {
      var letter = entry.letter();
      return new Detail(
          LetterJson.Summary.of(entry),
          letter.parent(),
          letter.history(),
          letter.value() == null ? 0 : letter.value().length,
          entry.state().words(),
          LetterJson.ActionTaken.of(entry.state().edit()),
          lives.stream().map(LetterJson.Summary::of).toList());
    }
  }

  /// A payload, and all headers.
  ///
  /// @param editedPayload the payload that a redrive will send; absent when it is the original
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Revealed(
      Payload payload, @Nullable Payload editedPayload, List<LetterJson.Header> headers) {}

  /// A payload as text, for a page's numbers are not exact enough for every payload.
  ///
  /// @param text JSON and text exactly as they are, all else as hexadecimal digits
  /// @param readable JSON for the eye; absent for what is none
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Payload(
      String form,
      @Nullable Integer schemaId,
      @Nullable String note,
      String text,
      @Nullable String readable) {
    static Payload of(Payloads.Shown shown) {
      return new Payload(
          shown.form().name().toLowerCase(Locale.ROOT),
          shown.schemaId().isPresent() ? shown.schemaId().getAsInt() : null,
          shown.note().isEmpty() ? null : shown.note(),
          shown.text(),
          shown.form() == Payloads.Form.JSON ? shown.readable() : null);
    }
  }

  /// A payload that was edited.
  ///
  /// @param changed false when it is what the payload was before: then nothing was written
  record Edited(String edited, int bytes, boolean changed) {}
}
