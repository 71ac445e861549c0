package dev.phaseline.worker.client;

import dev.phaseline.core.engine.Thrown;
import dev.phaseline.core.engine.UserCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The classes of a user's that Kafka's clients load for a worker. A guard of ours takes the place
/// of each in the client's settings and makes the user's own: one that can't be made or configured
/// is refused at the start, and what it throws later is its own. Kafka catches exceptions alone, so
/// a missing class inside of one would end the lane, or the client's network thread.
///
/// Stateless but for the marks of those that were logged. Thread-safe.
final class PlugIns {
  private static final Logger LOG = LoggerFactory.getLogger(PlugIns.class);
  private static final String GUARDED = "phaseline.guarded.";

  /// The failures that have been logged, by class and call: reporters are called for each metric,
  /// and one that is broken is so each time.
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private PlugIns() {}

  /// Puts a guard in place of a list of classes, if one is named.
  static void put(String setting, Class<?> guard, Map<String, Object> settings) {
    if (keep(setting, settings)) settings.put(setting, List.of(guard.getName()));
  }

  /// Puts a guard in place of a class, if it is named.
  static void putOne(String setting, Class<?> guard, Map<String, Object> settings) {
    if (keep(setting, settings)) settings.put(setting, guard);
  }

  private static boolean keep(String setting, Map<String, Object> settings) {
    var given = settings.get(setting);
    if (names(given).isEmpty()) return false;
    settings.put(GUARDED + setting, given);
    return true;
  }

  private static List<Object> names(@Nullable Object given) {
    return switch (given) {
      case null -> List.of();
      case Collection<?> several -> List.copyOf(several);
      case Class<?> type -> List.of(type);
      default ->
          Arrays.stream(given.toString().split(",", -1))
              .map(String::strip)
              .filter(name -> !name.isEmpty())
              .map(Object.class::cast)
              .toList();
    };
  }

  /// The user's own ones, made and not configured.
  ///
  /// @throws KafkaException when one can't be made
  static <T> List<T> made(String setting, Map<String, ?> configs, Class<T> kind) {
    var made = new ArrayList<T>();
    for (var name : names(configs.get(GUARDED + setting))) {
      try {
        var type =
            name instanceof Class<?> known ? known : Utils.loadClass(name + "", Object.class);
        if (!kind.isAssignableFrom(type)) {
          throw new KafkaException(type.getName() + " is not an instance of " + kind.getName());
        }
        made.add(kind.cast(Utils.newInstance(type)));
      } catch (ClassNotFoundException missing) {
        throw new KafkaException("Class " + name + " cannot be found", missing);
      }
    }
    return made;
  }

  /// The same, configured.
  static <T extends Configurable> List<T> configured(
      String setting, Map<String, ?> configs, Class<T> kind) {
    var made = made(setting, configs, kind);
    for (var one : made) one.configure(configs);
    return made;
  }

  /// Calls one whose failure changes nothing: it is logged, the first time. Out of memory is the
  /// process's, as everywhere.
  ///
  /// @param otherwise what happens without it, in words
  static <T> boolean call(T plugIn, String what, String otherwise, Consumer<T> call) {
    var answer = UserCode.call(Executors.callable(() -> call.accept(plugIn)));
    if (!(answer instanceof UserCode.Answer.Threw<?>(var thrown))) return true;
    var name = plugIn.getClass().getName();
    if (LOGGED.add(name + '#' + what)) {
      LOG.warn(
          "{} threw {} out of {}; {}. It is not logged again",
          name,
          thrown.said().error(),
          what,
          otherwise);
    }
    return false;
  }

  /// Passes the cluster's id on to those that listen for it.
  static void onUpdate(List<?> plugIns, ClusterResource cluster) {
    for (var one : plugIns) {
      if (!(one instanceof ClusterResourceListener listener)) continue;
      call(listener, "onUpdate", "all goes on without it", to -> to.onUpdate(cluster));
    }
  }

  /// The line about a failure of one whose answer is needed.
  static String words(Object plugIn, Throwable thrown) {
    return plugIn.getClass().getName() + " threw " + Thrown.of(thrown).inWords();
  }
}
