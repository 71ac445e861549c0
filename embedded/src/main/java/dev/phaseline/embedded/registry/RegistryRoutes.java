package dev.phaseline.embedded.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.phaseline.schemas.registry.CompatibilityLevel;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Routes of Confluent's API: the mapping of method and path to calls of the registry. Thread-safe.
final class RegistryRoutes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// A request whose body is read only by those verbs that have one.
  ///
  /// @param verb GET, POST, PUT or DELETE
  /// @param path decoded, without empty parts
  /// @param query by name
  /// @param body parsed on demand
  record Request(String verb, List<String> path, Query query, Supplier<JsonNode> body) {
    boolean is(String wanted, int parts) {
      return verb.equals(wanted) && path.size() == parts;
    }

    String part(int index) {
      return path.get(index);
    }
  }

  /// The part after the question mark.
  interface Query {
    boolean isTrue(String name);
  }

  private final Registry registry;

  RegistryRoutes(Registry registry) {
    this.registry = registry;
  }

  /// @throws Refusal when the answer is not the one hoped for
  JsonNode answer(Request request) {
    if (request.path().isEmpty()) return JSON.objectNode();
    var answer =
        switch (request.part(0)) {
          case "subjects" -> subjects(request);
          case "schemas" -> schemas(request);
          case "compatibility" -> compatibility(request);
          case "config" -> config(request);
          case "mode" -> mode(request);
          default -> null;
        };
    if (answer == null) {
      throw new RegistryError(
          404,
          404,
          "HTTP 404 Not Found: " + request.verb() + " /" + String.join("/", request.path()));
    }
    return answer;
  }

  private @Nullable JsonNode subjects(Request request) {
    var evenDeleted = request.query().isTrue("deleted");
    if (request.is("GET", 1)) return texts(registry.state().subjects(evenDeleted));
    if (request.path().size() < 2) return null;
    var subject = request.part(1);
    if (request.is("POST", 2)) return full(registry.lookUp(subject, schemaOf(request.body())));
    if (request.is("DELETE", 2)) return delete(request, versions(subject, false));
    if (request.path().size() < 3 || !request.part(2).equals("versions")) return null;
    if (request.is("GET", 3)) {
      return numbers(
          versions(subject, evenDeleted).stream().map(StoredEntry.Version::version).toList());
    }
    if (request.is("POST", 3)) {
      return JSON.objectNode().put("id", registry.register(subject, schemaOf(request.body())));
    }
    if (request.is("GET", 4)) return full(version(subject, request.part(3), evenDeleted));
    if (request.is("DELETE", 4)) return deleteVersion(request, subject);
    if (request.is("GET", 5))
      return detail(version(subject, request.part(3), evenDeleted), request);
    return null;
  }

  private static @Nullable JsonNode detail(StoredEntry.Version version, Request request) {
    return switch (request.part(4)) {
      case "schema" -> new RawText(version.text());
      case "referencedby" -> JSON.arrayNode();
      default -> null;
    };
  }

  private JsonNode delete(Request request, List<StoredEntry.Version> versions) {
    if (request.query().isTrue("permanent")) {
      throw new RegistryError(
          422,
          42205,
          "Permanent deletion is not supported: the ids would be given to other schemas");
    }
    return numbers(registry.delete(request.part(1), versions));
  }

  private JsonNode deleteVersion(Request request, String subject) {
    return delete(request, List.of(version(subject, request.part(3), false))).get(0);
  }

  private @Nullable JsonNode schemas(Request request) {
    if (request.is("GET", 2) && request.part(1).equals("types")) return texts(List.of("AVRO"));
    if (request.path().size() < 3 || !request.part(1).equals("ids")) return null;
    var id = number(request.part(2));
    var text = registry.state().text(id).orElseThrow(() -> RegistryError.noSchema("" + id));
    if (request.is("GET", 3)) return JSON.objectNode().put("schema", text);
    if (!request.is("GET", 4)) return null;
    return switch (request.part(3)) {
      case "schema" -> new RawText(text);
      case "subjects" ->
          texts(
              registry.state().uses(id).stream()
                  .map(StoredEntry.Version::subject)
                  .distinct()
                  .toList());
      case "versions" -> {
        var uses = JSON.arrayNode();
        registry
            .state()
            .uses(id)
            .forEach(
                use ->
                    uses.addObject().put("subject", use.subject()).put("version", use.version()));
        yield uses;
      }
      default -> null;
    };
  }

  /// `/compatibility/subjects/S/versions[/V]`.
  private @Nullable JsonNode compatibility(Request request) {
    var size = request.path().size();
    if (!request.verb().equals("POST") || size < 4 || size > 5) return null;
    if (!request.part(1).equals("subjects") || !request.part(3).equals("versions")) return null;
    var subject = request.part(2);
    var all = registry.state().versions(subject);
    var judged = all;
    if (size == 5) {
      var asked = request.part(4);
      judged =
          all.isEmpty() && asked.equals("latest")
              ? List.of()
              : List.of(version(subject, asked, false));
    }
    var problems = registry.problems(subject, schemaOf(request.body()), judged);
    var answer = JSON.objectNode().put("is_compatible", problems.isEmpty());
    if (request.query().isTrue("verbose")) answer.set("messages", texts(problems));
    return answer;
  }

  private @Nullable JsonNode config(Request request) {
    if (request.path().size() > 2) return null;
    var subject = request.path().size() == 2 ? request.part(1) : null;
    return switch (request.verb()) {
      case "GET" -> JSON.objectNode().put("compatibilityLevel", rule(subject, request).name());
      case "PUT" -> {
        var level = level(request.body().get());
        registry.rule(subject, level);
        yield JSON.objectNode().put("compatibility", level.name());
      }
      case "DELETE" -> {
        var before =
            subject == null
                ? registry.state().globalRule()
                : registry
                    .state()
                    .ownRule(subject)
                    .orElseThrow(() -> RegistryError.noRule(subject));
        registry.rule(subject, null);
        yield JSON.objectNode().put("compatibilityLevel", before.name());
      }
      default -> null;
    };
  }

  private CompatibilityLevel rule(@Nullable String subject, Request request) {
    if (subject == null) return registry.state().globalRule();
    if (request.query().isTrue("defaultToGlobal")) return registry.state().rule(subject);
    return registry.state().ownRule(subject).orElseThrow(() -> RegistryError.noRule(subject));
  }

  private static CompatibilityLevel level(JsonNode body) {
    try {
      return CompatibilityLevel.parse(body.path("compatibility").asText());
    } catch (IllegalArgumentException unknown) {
      throw new RegistryError(422, 42203, "Invalid compatibility level. " + unknown.getMessage());
    }
  }

  private static @Nullable JsonNode mode(Request request) {
    if (!request.verb().equals("GET") || request.path().size() > 2) return null;
    return JSON.objectNode().put("mode", "READWRITE");
  }

  private List<StoredEntry.Version> versions(String subject, boolean evenDeleted) {
    var state = registry.state();
    var versions = evenDeleted ? state.all(subject) : state.versions(subject);
    if (versions.isEmpty()) throw RegistryError.noSubject(subject);
    return versions;
  }

  private StoredEntry.Version version(String subject, String asked, boolean evenDeleted) {
    var versions = versions(subject, evenDeleted);
    if (asked.equals("latest") || asked.equals("-1")) return versions.getLast();
    int number;
    try {
      number = Integer.parseInt(asked);
    } catch (NumberFormatException notANumber) {
      throw RegistryError.invalidVersion(asked);
    }
    if (number < 1) throw RegistryError.invalidVersion(asked);
    return versions.stream()
        .filter(version -> version.version() == number)
        .findFirst()
        .orElseThrow(() -> RegistryError.noVersion(asked));
  }

  private static int number(String id) {
    try {
      return Integer.parseInt(id);
    } catch (NumberFormatException notANumber) {
      throw new RegistryError(404, 404, "HTTP 404 Not Found: '" + id + "' is not a schema id");
    }
  }

  private static String schemaOf(Supplier<JsonNode> body) {
    var request = body.get();
    var type = request.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO") && !type.equals("null")) {
      throw RegistryError.invalidSchema("schemaType " + type + " is not supported, only AVRO");
    }
    if (!request.path("references").isEmpty()) {
      throw RegistryError.invalidSchema("references to other schemas are not supported");
    }
    var schema = request.path("schema");
    if (!schema.isTextual())
      throw RegistryError.invalidSchema("the field 'schema' must be a string");
    return schema.textValue();
  }

  private static ObjectNode full(StoredEntry.Version version) {
    return JSON.objectNode()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.text());
  }

  private static ArrayNode texts(Collection<String> texts) {
    var array = JSON.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  private static ArrayNode numbers(Collection<Integer> numbers) {
    var array = JSON.arrayNode();
    numbers.forEach(array::add);
    return array;
  }

  /// JSON that is sent as it stands, not as a string of JSON.
  static final class RawText extends TextNode {
    private static final long serialVersionUID = 1L;

    RawText(String json) {
      super(json);
    }
  }
}
