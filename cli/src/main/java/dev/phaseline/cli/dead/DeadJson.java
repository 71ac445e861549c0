package dev.phaseline.cli.dead;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.dead.LetterEntry;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.dead.Payloads;
import dev.phaseline.ops.dead.RedrivePreview;
import dev.phaseline.ops.dead.RedriveReport;
import dev.phaseline.ops.dead.RefusedLetters;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dead letters as the commands print them: what [LetterJson] makes of them, which the console's
/// API answers too.
public final class DeadJson {
  private DeadJson() {}

  public static String line(Map<String, ?> members) {
    return LetterJson.line(members);
  }

  static Map<String, Object> letter(LetterEntry entry) {
    return LetterJson.letter(entry);
  }

  static Map<String, Object> whole(
      LetterEntry entry, Payloads.Shown payload, Payloads.@Nullable Shown edited) {
    return LetterJson.whole(entry, payload, edited);
  }

  static String text(byte @Nullable [] value) {
    return LetterJson.text(value);
  }

  static List<Map<String, Object>> groups(List<DeadLetterReader.Group> groups) {
    return LetterJson.groups(groups);
  }

  static Map<String, Object> preview(RedrivePreview preview) {
    return LetterJson.preview(preview);
  }

  static Map<String, Object> report(RedriveReport report) {
    return LetterJson.report(report);
  }

  static void putRefusals(Map<String, Object> out, RefusedLetters refused) {
    LetterJson.putRefusals(out, refused);
  }
}
