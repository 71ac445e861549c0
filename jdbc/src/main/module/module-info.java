/// Effects in a SQL database, exactly once.
module dev.phaseline.jdbc {
  requires transitive dev.phaseline.core;
  requires static transitive org.jspecify;
  requires transitive java.sql;

  exports dev.phaseline.jdbc;
}
