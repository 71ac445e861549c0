package dev.phaseline.cli.outbox;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that name a SQL database. The password is never an argument, because other users of the
/// machine see those.
final class DatabaseOptions {
  private static final String URL = "PHASELINE_JDBC_URL";
  private static final String USER = "PHASELINE_JDBC_USER";
  private static final String PASSWORD = "PHASELINE_JDBC_PASSWORD";

  @Option(
      names = "--jdbc-url",
      paramLabel = "URL",
      description = "The database, of its primary server.")
  private @Nullable String url;

  @Option(names = "--jdbc-user", paramLabel = "NAME", description = "Its user.")
  private @Nullable String user;

  @Option(
      names = "--jdbc-password-file",
      paramLabel = "FILE",
      description = "The file with the user's password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--jdbc-driver",
      paramLabel = "JAR",
      description = "The driver's jar, where it is not on the class path; may be repeated.")
  private List<Path> jars = new ArrayList<>();

  /// The database.
  ///
  /// @param environment of the process
  /// @throws CommandFailure naming what can't be used
  DriverSource source(Map<String, String> environment) {
    var address = url == null ? environment.getOrDefault(URL, "") : url;
    if (!address.startsWith("jdbc:")) {
      throw CommandFailure.usage(
          "--jdbc-url (or "
              + URL
              + ") names the database, such as jdbc:postgresql://127.0.0.1/orders");
    }
    var properties = new Properties();
    var name = user == null ? environment.getOrDefault(USER, "") : user;
    if (!name.isEmpty()) properties.setProperty("user", name);
    var password = password(environment);
    if (!password.isEmpty()) properties.setProperty("password", password);
    return new DriverSource(driver(address), address, properties);
  }

  private String password(Map<String, String> environment) {
    if (passwordFile == null) return environment.getOrDefault(PASSWORD, "");
    try {
      return Files.readString(passwordFile).strip();
    } catch (IOException unreadable) {
      throw CommandFailure.usage(
          "--jdbc-password-file " + Printable.line(passwordFile.toString()) + " can't be read");
    }
  }

  private Driver driver(String address) {
    // an address may have a password in it, so messages have its kind alone
    var kind = Printable.cut(address.split("[:/]", 3)[1], 40);
    try {
      for (var driver : drivers()) if (driver.acceptsURL(address)) return driver;
    } catch (SQLException | ServiceConfigurationError refused) {
      throw CommandFailure.usage("the driver refuses the address: " + refused.getMessage());
    }
    throw CommandFailure.usage(
        "no driver for jdbc:" + kind + " is there: name its jar with --jdbc-driver");
  }

  private List<Driver> drivers() {
    if (jars.isEmpty()) return DriverManager.drivers().toList();
    var urls = new ArrayList<URL>();
    for (var jar : jars) {
      if (!Files.isReadable(jar)) {
        throw CommandFailure.usage(
            "--jdbc-driver " + Printable.line(jar.toString()) + " can't be read");
      }
      try {
        urls.add(jar.toUri().toURL());
      } catch (MalformedURLException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    // for as long as the process lives
    var loader = new URLClassLoader("jdbc-driver", urls.toArray(URL[]::new), parent());
    var drivers = new ArrayList<Driver>();
    ServiceLoader.load(Driver.class, loader).forEach(drivers::add);
    return drivers;
  }

  private static @Nullable ClassLoader parent() {
    return DatabaseOptions.class.getClassLoader();
  }
}
