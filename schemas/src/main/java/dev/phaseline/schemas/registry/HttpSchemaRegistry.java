package dev.phaseline.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.phaseline.schemas.internal.BoundedCache;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// [SchemaRegistry] over the REST API that Confluent's registry, Apicurio (`/apis/ccompat/v7`) and
/// others speak. Thread-safe.
///
/// Ids and schemas never change, so they are kept (bounded) and survive an outage of the registry;
/// the latest version and the rules are asked anew. Settings: `schema.registry.url` and the others
/// of Confluent's client; the table is in the documentation.
public final class HttpSchemaRegistry implements SchemaRegistry {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// By text, not by [Schema]: Avro's equality ignores docs and aliases, a registry does not.
  private record Registration(String subject, String schema) {}

  private static final Duration MISSED_FOR = Duration.ofSeconds(30);

  private final RegistryTransport transport;
  private final BoundedCache<String, Long> missed;
  private final Duration lookAgain;
  private final String address;
  private final BoundedCache<Integer, Schema> byId;
  private final BoundedCache<Registration, Integer> registered;
  private final BoundedCache<Registration, Integer> lookedUp;

  private HttpSchemaRegistry(RegistryConfig config) {
    transport = new RegistryTransport(config);
    address = config.urls().toString();
    byId = new BoundedCache<>(config.cacheMax());
    missed = new BoundedCache<>(config.cacheMax());
    lookAgain = config.timing().lookAgain();
    registered = new BoundedCache<>(config.cacheMax());
    lookedUp = new BoundedCache<>(config.cacheMax());
  }

  /// A client with these settings. Nothing is asked yet.
  ///
  /// @throws ConfigException naming the setting and the remedy
  public static HttpSchemaRegistry of(Map<String, ?> settings) {
    return new HttpSchemaRegistry(RegistryConfig.from(settings));
  }

  /// A client of one address with the default settings.
  public static HttpSchemaRegistry at(URI url) {
    return of(Map.of(RegistryConfig.URL, url.toString()));
  }

  @Override
  public int register(String subject, Schema schema) {
    return registered.get(
        new Registration(subject, schema.toString()),
        wanted ->
            id(
                ask(
                    "POST",
                    subjectPath(subject) + "/versions",
                    body(wanted.schema()),
                    "registering under subject '" + subject + "'")));
  }

  @Override
  public Schema schema(int id) {
    return byId.get(
        id, wanted -> parse(askTwice("/schemas/ids/" + wanted, "schema id " + wanted), wanted));
  }

  /// A registry of several nodes may answer from one that has not heard yet of the newest schemas,
  /// and a record whose schema is not found is given up. So what is missing is asked for once more,
  /// but not each time: ids that are missing for good come with every record of a broken producer.
  private JsonNode askTwice(String path, String what) {
    try {
      return ask("GET", path, null, what);
    } catch (SchemaNotFoundException missing) {
      var now = System.nanoTime();
      var before = missed.peek(path);
      if (before != null && now - before < MISSED_FOR.toNanos()) throw missing;
      missed.put(path, now);
      LockSupport.parkNanos(lookAgain.toNanos());
      return ask("GET", path, null, what);
    }
  }

  @Override
  public int id(String subject, Schema schema) {
    var wanted = new Registration(subject, schema.toString());
    var known = registered.peek(wanted);
    if (known != null) return known;
    return lookedUp.get(
        wanted,
        key ->
            id(
                ask(
                    "POST",
                    subjectPath(subject),
                    body(wanted.schema()),
                    "looking up a schema under subject '" + subject + "'")));
  }

  @Override
  public RegisteredSchema latest(String subject) {
    var answer =
        ask("GET", subjectPath(subject) + "/versions/latest", null, "subject '" + subject + "'");
    var id = id(answer);
    var known = byId.peek(id);
    if (known == null) {
      known = parse(answer, id);
      byId.put(id, known);
    }
    return new RegisteredSchema(subject, field(answer, "version").asInt(), id, known);
  }

  @Override
  public List<String> incompatibilities(String subject, Schema schema) {
    JsonNode answer;
    try {
      answer =
          ask(
              "POST",
              "/compatibility" + subjectPath(subject) + "/versions/latest?verbose=true",
              body(schema.toString()),
              "checking against subject '" + subject + "'");
    } catch (SchemaNotFoundException noSuchSubject) {
      return List.of();
    }
    if (field(answer, "is_compatible").asBoolean()) return List.of();
    var reasons = new ArrayList<String>();
    answer.path("messages").forEach(reason -> reasons.add(reason.asText()));
    if (reasons.isEmpty()) reasons.add("the registry gives no reason");
    return List.copyOf(reasons);
  }

  @Override
  public CompatibilityLevel compatibility() {
    return level(ask("GET", "/config", null, "the global compatibility rule"));
  }

  @Override
  public Optional<CompatibilityLevel> compatibility(String subject) {
    try {
      var path = "/config/" + encode(subject);
      return Optional.of(level(ask("GET", path, null, "the rule of subject '" + subject + "'")));
    } catch (SchemaNotFoundException noRuleOfItsOwn) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "schema registry " + address;
  }

  private static CompatibilityLevel level(JsonNode answer) {
    var name = answer.path("compatibilityLevel").asText(answer.path("compatibility").asText());
    try {
      return CompatibilityLevel.parse(name);
    } catch (IllegalArgumentException unknown) {
      throw new RegistryUnavailableException(
          "the schema registry names a compatibility level '" + name + "' that does not exist",
          unknown);
    }
  }

  private static int id(JsonNode answer) {
    return field(answer, "id").asInt();
  }

  private static JsonNode field(JsonNode answer, String name) {
    var value = answer.get(name);
    if (value == null) {
      throw new RegistryUnavailableException(
          "the schema registry's answer has no '"
              + name
              + "'; is schema.registry.url the address of a registry?",
          null);
    }
    return value;
  }

  private Schema parse(JsonNode answer, int id) {
    var type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SerializationException(
          "schema id " + id + " is " + type + ", not Avro; use the deserializer of that format");
    }
    var text = field(answer, "schema").asText();
    try {
      return new SchemaReferences(this::version).parse(answer, text);
    } catch (SerializationException reference) {
      throw new SerializationException(
          "schema id " + id + " refers to schemas that can't be had: " + reference.getMessage(),
          reference);
    } catch (RegistryUnavailableException passing) {
      throw passing;
    } catch (RuntimeException | StackOverflowError invalid) { // Avro throws what comes
      throw new SerializationException("schema id " + id + " is not a valid Avro schema", invalid);
    }
  }

  private JsonNode version(String subject, int version) {
    var path = subjectPath(subject) + "/versions/" + version;
    return ask("GET", path, null, "version " + version + " of subject '" + subject + "'");
  }

  private static byte[] body(String schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema).toString().getBytes(UTF_8);
  }

  private static String subjectPath(String subject) {
    return "/subjects/" + encode(subject);
  }

  private static String encode(String subject) {
    if (subject.isEmpty()) throw new IllegalArgumentException("subject is empty");
    return URLEncoder.encode(subject, UTF_8).replace("+", "%20");
  }

  private JsonNode ask(String method, String path, byte @Nullable [] body, String what) {
    var answer = transport.send(method, path, body);
    var json = json(answer.body());
    if (answer.status() == 200 && json != null && json.isObject()) return json;
    if (answer.status() < 300) {
      throw strange(answer, what, "answered " + answer.status() + ", but not as a registry does");
    }
    if (answer.status() < 400) {
      throw strange(
          answer,
          what,
          "redirects to "
              + clip(String.valueOf(answer.location()))
              + ", which is not followed; set the address that it redirects to");
    }
    throw refusal(answer, json, what);
  }

  private static RuntimeException refusal(
      RegistryTransport.Answer answer, @Nullable JsonNode json, String what) {
    var code = json == null ? 0 : json.path("error_code").asInt(0);
    var said = json == null ? "" : clip(json.path("message").asText(""));
    var at =
        what + " at " + answer.from() + ": " + said + " (" + answer.status() + "/" + code + ")";
    return switch (answer.status()) {
      case 404 ->
          code == 0
              ? strange(answer, what, "answered 404, but not as a registry does")
              : new SchemaNotFoundException(
                  at + "; register the schema there, or correct schema.registry.url");
      case 409 ->
          new IncompatibleSchemaException(
              at + "; change the schema so that it stays compatible, or the subject's rule");
      case 401, 403, 407 ->
          new RegistryRefusedException(
              answer.status(),
              at + "; check basic.auth.user.info or bearer.auth.token, and the user's rights");
      default -> new RegistryRefusedException(answer.status(), at);
    };
  }

  private static RegistryUnavailableException strange(
      RegistryTransport.Answer answer, String what, String how) {
    return new RegistryUnavailableException(
        what + ": " + answer.from() + " " + how + "; check schema.registry.url and its path", null);
  }

  private static @Nullable JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return null;
    } catch (IOException notJson) {
      return null;
    }
  }

  /// Somebody else's text in our messages: one line, bounded.
  private static String clip(String text) {
    var line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 300 ? line : line.substring(0, 300) + "...";
  }
}
