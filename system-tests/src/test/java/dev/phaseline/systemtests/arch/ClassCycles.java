package dev.phaseline.systemtests.arch;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The cycles of classes in a part of the code: groups of top-level classes that all reach each
/// other, so that none of them can be understood, tested or replaced without the others. Nested
/// classes count for their owner. Tarjan's algorithm; not thread-safe.
final class ClassCycles {
  private final Map<String, Set<String>> arrows = new TreeMap<>();
  private final Map<String, Integer> order = new HashMap<>();
  private final Map<String, Integer> low = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final List<Set<String>> groups = new ArrayList<>();

  private ClassCycles() {}

  /// The groups of more than one class in this package and those below it, by simple names.
  static List<Set<String>> of(JavaClasses classes, String rootPackage) {
    var search = new ClassCycles();
    for (var each : classes) if (isIn(each, rootPackage)) search.add(each, rootPackage);
    for (var each : search.arrows.keySet()) if (!search.order.containsKey(each)) search.visit(each);
    return search.groups;
  }

  private static boolean isIn(JavaClass each, String rootPackage) {
    return (each.getPackageName() + ".").startsWith(rootPackage + ".");
  }

  private static String owner(JavaClass each) {
    var name = each.getName();
    var nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private void add(JavaClass from, String rootPackage) {
    var targets = arrows.computeIfAbsent(owner(from), _ -> new TreeSet<>());
    for (Dependency each : from.getDirectDependenciesFromSelf()) {
      var to = each.getTargetClass().getBaseComponentType();
      if (isIn(to, rootPackage) && !owner(to).equals(owner(from))) targets.add(owner(to));
    }
  }

  private void visit(String from) {
    order.put(from, order.size());
    low.put(from, order.get(from));
    open.push(from);
    for (var to : arrows.getOrDefault(from, Set.of())) {
      if (!order.containsKey(to)) visit(to);
      else if (!open.contains(to)) continue;
      low.merge(from, low.getOrDefault(to, Integer.MAX_VALUE), Math::min);
    }
    if (low.get(from).equals(order.get(from))) close(from);
  }

  private void close(String first) {
    var group = new TreeSet<String>();
    String each;
    do {
      each = open.pop();
      group.add(each.substring(each.lastIndexOf('.') + 1));
    } while (!each.equals(first));
    if (group.size() > 1) groups.add(group);
  }
}
