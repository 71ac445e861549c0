package dev.phaseline.server;

import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineExtension;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.schemas.NearNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Kinds of jobs under construction: pipelines as they were declared, some in several versions, and
/// extensions, whose parents may come from anywhere. Faults are collected, so that one start shows
/// all of them. Used by one thread.
final class TypeTree {
  private record Extending(PipelineExtension extension, TypeSource source) {}

  /// The versions of one pipeline, the newest first.
  private record Made(List<KnownType> versions) {
    Pipeline pipeline() {
      return Pipeline.together(versions.stream().map(KnownType::pipeline).toList());
    }

    Made with(KnownType other) {
      var more = new ArrayList<>(versions);
      more.add(other);
      more.sort(Comparator.comparingInt((KnownType one) -> one.pipeline().version()).reversed());
      return new Made(List.copyOf(more));
    }
  }

  private final TreeMap<String, Made> made = new TreeMap<>();
  private final Map<String, Extending> open = new LinkedHashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final List<RuntimeException> faults = new ArrayList<>();

  void add(Pipeline pipeline, TypeSource source) {
    for (var version : pipeline.versions()) addVersion(version, source);
  }

  private void addVersion(Pipeline version, TypeSource source) {
    var type = new KnownType(version, source.name(), Optional.empty());
    var there = made.get(version.name());
    if (there == null) {
      if (isNew(version.name(), source)) made.put(version.name(), new Made(List.of(type)));
      return;
    }
    for (var other : there.versions()) {
      if (other.pipeline().version() != version.version()) continue;
      faults.add(twice(version, other.source(), source.name()));
      return;
    }
    made.put(version.name(), there.with(type));
  }

  private static PluginException twice(Pipeline version, String other, String source) {
    var what = " version " + version.version() + " of pipeline '" + version.name() + "'";
    return new PluginException(
        other.equals(source)
            ? source + " brings" + what + " twice: give one of them another version or name"
            : other
                + " and "
                + source
                + " both bring"
                + what
                + ": remove one of them, or raise the version of the newer one",
        null);
  }

  void add(PipelineExtension extension, TypeSource source) {
    if (isNew(extension.name(), source)) {
      open.put(extension.name(), new Extending(extension, source));
    }
  }

  /// A fault of a source that brings nothing for it.
  void fault(RuntimeException fault) {
    faults.add(fault);
  }

  List<RuntimeException> faults() {
    return List.copyOf(faults);
  }

  private boolean isNew(String name, TypeSource source) {
    var other = origin(name);
    if (other.isEmpty()) return true;
    faults.add(
        source.isFile()
            ? source.fault(
                "types." + name + ": a pipeline of that name comes from " + other + ": rename it")
            : new PluginException(
                other.equals(source.name())
                    ? source.name() + " brings two pipelines '" + name + "': rename one"
                    : other
                        + " and "
                        + source.name()
                        + " both bring a pipeline '"
                        + name
                        + "': remove one of them",
                null));
    return false;
  }

  private String origin(String name) {
    var there = made.get(name);
    if (there != null) return there.versions().getFirst().source();
    var extending = open.get(name);
    return extending == null ? "" : extending.source().name();
  }

  /// All that could be made, by name, each with its versions, the newest first.
  SortedMap<String, List<KnownType>> resolved() {
    for (var name : open.keySet()) resolve(name, new ArrayList<>());
    var all = new TreeMap<String, List<KnownType>>();
    made.forEach((name, type) -> all.put(name, type.versions()));
    return all;
  }

  /// Makes an extension behind its parent; null when it can't be made, which is told once: for what
  /// extends such a one there is no line more.
  ///
  /// @param below the extensions that led here
  private @Nullable Made resolve(String name, List<String> below) {
    var there = made.get(name);
    var extending = open.get(name);
    if (there != null || extending == null || failed.contains(name)) return there;
    below.add(name);
    var parent = extending.extension().parent();
    if (below.contains(parent)) {
      var circle = below.subList(below.indexOf(parent), below.size());
      failed.addAll(circle);
      faults.add(extending.source().fault(circular(circle)));
      return null;
    }
    var base = resolve(parent, below);
    if (failed.contains(name)) return null;
    if (base == null) {
      if (!failed.contains(parent)) faults.add(extending.source().fault(unknown(name, parent)));
      failed.add(name);
      return null;
    }
    return made(extending, base);
  }

  /// An extension is made over each version of its parent that it fits, and must fit the newest.
  private @Nullable Made made(Extending extending, Made base) {
    var extension = extending.extension();
    UserCode.Answer<Pipeline> answer = UserCode.call(() -> extension.over(base.pipeline()));
    return switch (answer) {
      case UserCode.Answer.Gave<Pipeline>(var pipeline) when pipeline != null -> {
        var parent = Optional.of(extension.parent());
        var types =
            pipeline.versions().stream()
                .map(one -> new KnownType(one, extending.source().name(), parent))
                .toList();
        var type = new Made(types);
        made.put(extension.name(), type);
        yield type;
      }
      case UserCode.Answer.Gave<Pipeline> _ -> throw new IllegalStateException("no pipeline");
      case UserCode.Answer.Threw<Pipeline>(var thrown) -> {
        var words = thrown.is(IllegalArgumentException.class) ? thrown.message() : thrown.inWords();
        faults.add(extending.source().fault(words));
        failed.add(extension.name());
        yield null;
      }
    };
  }

  private static String circular(List<String> circle) {
    var first = circle.getFirst();
    var last = circle.getLast();
    return "pipelines '"
        + first
        + "' and '"
        + last
        + "' extend each other ("
        + String.join(" -> ", circle)
        + " -> "
        + first
        + "): let one of them extend another parent";
  }

  private String unknown(String name, String parent) {
    var known = new TreeSet<>(made.keySet());
    known.addAll(open.keySet());
    known.remove(name);
    return "pipeline '"
        + name
        + "' extends '"
        + parent
        + "', which does not exist; "
        + NearNames.remedy(parent, known);
  }
}
