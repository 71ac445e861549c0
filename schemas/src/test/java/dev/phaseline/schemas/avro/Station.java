package dev.phaseline.schemas.avro;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/// What Avro's compiler would generate, as far as it matters here.
public final class Station extends SpecificRecordBase {
  private static final long serialVersionUID = 1L;

  /// Where Avro's library looks for it.
  public static final Schema SCHEMA$ =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Station","namespace":"dev.phaseline.schemas.avro","fields":[
               {"name":"name","type":"string"},
               {"name":"tracks","type":"int"},
               {"name":"line","type":["null","string"],"default":null}]}""");

  private transient @Nullable CharSequence name;
  private int tracks;
  private transient @Nullable CharSequence line;

  /// For Avro.
  public Station() {}

  Station(String name, int tracks) {
    this.name = name;
    this.tracks = tracks;
  }

  @Override
  public Schema getSchema() {
    return SCHEMA$;
  }

  @Override
  public @Nullable Object get(int field) {
    return switch (field) {
      case 0 -> name;
      case 1 -> tracks;
      default -> line;
    };
  }

  @Override
  public void put(int field, @Nullable Object value) {
    switch (field) {
      case 0 -> name = (CharSequence) value;
      case 1 -> tracks = value == null ? 0 : (Integer) value;
      default -> line = (CharSequence) value;
    }
  }
}
