package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.cli.text.ExitStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The session of docs/dead-letters.md, command by command, on what a real demo left.
@Tag("broker")
final class DeadLetterSessionTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private int dead(String command, String... more) {
    var arguments =
        new ArrayList<>(List.of("dead", command, "--demo", "--data", data.toString(), "cities"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int demo() {
    return run("demo", "--data", data.toString(), "--limit", "3000", "--json");
  }

  private JsonNode answer() throws Exception {
    return JSON.readTree(out.toString().lines().toList().getLast());
  }

  @Test
  void letterIsListedShownEditedRedrivenAndThenInTheTable() throws Exception {
    assertThat(dead("list")).as("nothing there yet").isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString()).contains("no demo has run in", "phaseline demo");
    assertThat(demo()).as("%s", err).isZero();

    assertThat(dead("list", "phase=normalize")).as("%s", err).isZero();
    assertThat(out.toString().lines().findFirst().orElse("")).startsWith("ID ").contains("REASON");
    assertThat(dead("list", "--json", "phase=normalize")).as("%s", err).isZero();
    var total = answer().path("total").asInt();
    var letter = answer().path("letters").path(0);
    var id = letter.path("id").asText();
    assertThat(total).isEqualTo(answer().path("letters").size()).isPositive();
    assertThat(letter.path("kind").asText()).isEqualTo("rejected");
    assertThat(letter.path("state").asText()).isEqualTo("open");

    assertThat(dead("show", id)).as("%s", err).isZero();
    assertThat(out.toString()).contains(letter.path("reason").asText(), "payload: avro", "City");
    assertThat(dead("show", id, "--payload")).as("%s", err).isZero();
    var city = (ObjectNode) JSON.readTree(out.toString());
    assertThat(dead("edit", id, "--value", file(out.toString()))).as("%s", err).isZero();
    assertThat(out.toString()).contains("has this payload already: nothing was changed");
    var geonamesId = city.path("id").asLong();
    assertThat(nameInTable(geonamesId)).isEmpty();

    refuses(id, city);
    repair(city);
    assertThat(dead("edit", id, "--value", file(city.toString()))).as("%s", err).isZero();
    assertThat(dead("list", id)).isZero();
    assertThat(out.toString()).contains("edited");

    assertThat(dead("redrive", "--dry-run", id)).as("%s", err).isZero();
    assertThat(out.toString()).contains("Would redrive 1 letters", "normalize", "Nothing was done");
    assertThat(dead("redrive", id)).as("%s", err).isZero();
    assertThat(out.toString()).contains("Redriven: 1 of 1 letters");
    assertThat(dead("redrive", id)).isEqualTo(ExitStatus.FAILED);
    assertThat(out.toString()).contains(id, "already redriven to normalize by ");
    assertThat(dead("undo", id)).isEqualTo(ExitStatus.FAILED);
    assertThat(out.toString()).contains("already queued in normalize: can't be taken back");

    assertThat(demo()).as("%s", err).isZero();
    assertThat(err.toString()).contains("1 still to be handled: finishing them first");
    assertThat(answer().path("balanced").asBoolean()).isTrue();
    assertThat(nameInTable(geonamesId)).contains("Repaired");
    assertThat(dead("list", "--json", "state=redriven")).isZero();
    assertThat(answer().path("total").asInt()).isEqualTo(1);
  }

  /// What would break the schema is refused with the field's name, and changes nothing.
  private void refuses(String id, ObjectNode city) throws Exception {
    var wrong = city.deepCopy().put("population", "many").toString();
    assertThat(dead("edit", id, "--value", file(wrong))).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .contains("breaks the schema: field 'population' is \"many\"", "a whole number");
    assertThat(dead("edit", id, "--value", file("{"))).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("it is not JSON");
    assertThat(dead("edit", id, "--value", file(city.deepCopy().put("x", 1).toString())))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("field 'x' is not in City");
    assertThat(dead("list", id)).isZero();
    assertThat(out.toString()).doesNotContain("edited");
  }

  /// Whatever rule it breaks.
  private static void repair(ObjectNode city) {
    city.put("name", "Repaired").put("altName", "").put("country", "AT");
    city.put("featureCode", "PPL").put("adminCode", "09").put("population", 4_711);
    city.put("latitude", 48.2).put("longitude", 16.4);
  }

  private String file(String content) throws Exception {
    return Files.writeString(data.resolve("city.json"), content).toString();
  }

  private Optional<String> nameInTable(long id) throws SQLException {
    var url = "jdbc:sqlite:" + data.resolve("demo").resolve("cities.db");
    try (var connection = DriverManager.getConnection(url);
        var query = connection.prepareStatement("SELECT name FROM city WHERE id = ?")) {
      query.setLong(1, id);
      try (var rows = query.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    }
  }
}
