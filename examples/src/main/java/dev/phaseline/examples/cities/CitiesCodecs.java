package dev.phaseline.examples.cities;

import dev.phaseline.codecs.SerdeCodec;
import dev.phaseline.core.Codec;
import dev.phaseline.examples.cities.Stored.Effect;
import dev.phaseline.schemas.avro.AvroDeserializer;
import dev.phaseline.schemas.avro.AvroSerializer;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Codecs of the pipeline's payloads. Immutable, and as thread-safe as its codecs.
///
/// @param request what a job asks for: the input of `fetch`
/// @param city a row: the input of `normalize`
/// @param cleanCity a row that is good: the input of `store`
/// @param stored the result
public record CitiesCodecs(
    Codec<CountryRequest> request,
    Codec<City> city,
    Codec<CleanCity> cleanCity,
    Codec<Stored> stored) {

  static final AvroMapping<CountryRequest> REQUEST =
      AvroMapping.of(
          "country-request.avsc",
          CitiesCodecs::write,
          avro ->
              new CountryRequest(
                  text(avro, "country"), number(avro, "revision"), (int) number(avro, "limit")));

  static final AvroMapping<City> CITY =
      AvroMapping.of("city.avsc", CitiesCodecs::write, CitiesCodecs::city);

  static final AvroMapping<CleanCity> CLEAN_CITY =
      AvroMapping.of("clean-city.avsc", CitiesCodecs::write, CitiesCodecs::cleanCity);

  static final AvroMapping<Stored> STORED =
      AvroMapping.of(
          "stored.avsc",
          CitiesCodecs::write,
          avro ->
              new Stored(
                  number(avro, "id"),
                  Effect.valueOf(text(avro, "effect")),
                  number(avro, "revision")));

  /// Avro in Confluent's wire format, with the schemas in a registry.
  ///
  /// @param registry stays the caller's to close
  public static CitiesCodecs avro(SchemaRegistry registry) {
    return avro(
        schema ->
            SerdeCodec.of(
                new AvroSerializer<GenericRecord>(registry),
                new AvroDeserializer<GenericRecord>(registry, schema)));
  }

  /// Avro in whatever framing, one codec for each schema.
  ///
  /// @param framing gives the codec that reads into a schema
  public static CitiesCodecs avro(Function<Schema, Codec<GenericRecord>> framing) {
    return new CitiesCodecs(
        REQUEST.over(framing.apply(REQUEST.schema())),
        CITY.over(framing.apply(CITY.schema())),
        CLEAN_CITY.over(framing.apply(CLEAN_CITY.schema())),
        STORED.over(framing.apply(STORED.schema())));
  }

  private static void write(CountryRequest request, GenericRecord avro) {
    avro.put("country", request.country());
    avro.put("revision", request.revision());
    avro.put("limit", request.limit());
  }

  private static void write(City city, GenericRecord avro) {
    avro.put("id", city.id());
    avro.put("name", city.name());
    avro.put("altName", city.altName());
    avro.put("country", city.country());
    avro.put("featureCode", city.featureCode());
    avro.put("adminCode", city.adminCode());
    avro.put("population", city.population());
    avro.put("latitude", city.latitude());
    avro.put("longitude", city.longitude());
    avro.put("revision", city.revision());
  }

  private static City city(GenericRecord avro) {
    return new City(
        number(avro, "id"),
        text(avro, "name"),
        text(avro, "altName"),
        text(avro, "country"),
        text(avro, "featureCode"),
        text(avro, "adminCode"),
        (int) number(avro, "population"),
        degrees(avro, "latitude"),
        degrees(avro, "longitude"),
        number(avro, "revision"));
  }

  private static void write(CleanCity city, GenericRecord avro) {
    avro.put("id", city.id());
    avro.put("name", city.name());
    avro.put("slug", city.slug());
    avro.put("country", city.country());
    avro.put("altCountries", city.altCountries());
    avro.put("featureCode", city.featureCode());
    avro.put("adminCode", city.adminCode());
    avro.put("population", city.population().isPresent() ? city.population().getAsInt() : null);
    avro.put("latitude", city.latitude());
    avro.put("longitude", city.longitude());
    avro.put("revision", city.revision());
  }

  private static CleanCity cleanCity(GenericRecord avro) {
    return new CleanCity(
        number(avro, "id"),
        text(avro, "name"),
        text(avro, "slug"),
        text(avro, "country"),
        text(avro, "altCountries"),
        text(avro, "featureCode"),
        text(avro, "adminCode"),
        avro.get("population") instanceof Integer known
            ? OptionalInt.of(known)
            : OptionalInt.empty(),
        degrees(avro, "latitude"),
        degrees(avro, "longitude"),
        number(avro, "revision"));
  }

  private static void write(Stored stored, GenericRecord avro) {
    var effects = avro.getSchema().getField("effect").schema();
    avro.put("id", stored.id());
    avro.put("effect", new GenericData.EnumSymbol(effects, stored.effect().name()));
    avro.put("revision", stored.revision());
  }

  private static String text(GenericRecord avro, String field) {
    return String.valueOf(avro.get(field));
  }

  private static long number(GenericRecord avro, String field) {
    return ((Number) avro.get(field)).longValue();
  }

  private static double degrees(GenericRecord avro, String field) {
    return ((Number) avro.get(field)).doubleValue();
  }
}
