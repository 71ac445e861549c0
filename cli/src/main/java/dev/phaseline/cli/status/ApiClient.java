package dev.phaseline.cli.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.cli.text.Widths;
import dev.phaseline.schemas.NearNames;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;

/// Asks a console. Thread-safe.
///
/// @param base where it is
/// @param token who asks; empty for nobody
public record ApiClient(URI base, String token) {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /// A part of a path or a parameter, encoded.
  public static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /// Asks for what is at a path.
  ///
  /// @throws CommandFailure with the problem as the console words it, or when it does not answer
  public JsonNode get(String path) {
    return get(path, "");
  }

  /// Asks for what fits a query.
  ///
  /// @param query as it was typed, to point at what is wrong with it
  JsonNode get(String path, String query) {
    var request =
        HttpRequest.newBuilder(URI.create(base + "/api/v1/" + path)).timeout(ANSWER_MAX).GET();
    if (!token.isEmpty()) request.header("Authorization", "Bearer " + token);
    try {
      var answer = HTTP.send(request.build(), BodyHandlers.ofString());
      var body = JSON.readTree(answer.body());
      if (answer.statusCode() == 200) return body;
      throw refused(answer.statusCode(), body, query);
    } catch (JsonProcessingException other) {
      throw CommandFailure.of("what listens at " + base + " is no console; check --url", other);
    } catch (IOException silent) {
      throw CommandFailure.of(
          "no console answers at "
              + base
              + "; start one with `phaseline dev` or `phaseline console`, or name it with --url",
          silent);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of("stopped", stop);
    }
  }

  private static CommandFailure refused(int status, JsonNode problem, String query) {
    var known = new ArrayList<String>();
    for (var name : problem.path("known")) known.add(name.asText());
    var unknown = problem.path("unknown").asText();
    var remedy =
        unknown.isEmpty() || known.isEmpty()
            ? problem.path("remedy").asText("look at its log")
            : NearNames.remedy(unknown, known);
    var position = problem.path("position").asInt(-1);
    var isPlace = !query.isEmpty() && position >= 0 && position <= query.length();
    var detail = problem.path("detail").asText("the console answers " + status);
    if (isPlace && known.isEmpty()) {
      return CommandFailure.usage(Printable.line(detail), pointer(query, position));
    }
    var words = Printable.line(detail + "; " + remedy);
    if (status != 400) return CommandFailure.of(words);
    return isPlace
        ? CommandFailure.usage(words, pointer(query, position))
        : CommandFailure.usage(words);
  }

  /// The query, and a caret under the place.
  private static String pointer(String query, int position) {
    var shown = query.replaceAll("\\p{Cntrl}", " ");
    return "  " + shown + "\n  " + " ".repeat(Widths.of(shown.substring(0, position))) + "^";
  }
}
