package dev.phaseline.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.PipelineExtension;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Types that extend others, whose parents may come from anywhere, in any order.
final class TypeTreeTest {
  private static final TypeSource JAR = TypeSource.plugin("orders.jar");
  private static final TypeSource FILE = new TypeSource("server.yaml", true);

  private final TypeTree tree = new TypeTree();

  private void base(String name) {
    tree.add(
        Pipeline.named(name).phase("only", Codec.text(), (line, _) -> Outcome.next(line)).build(),
        JAR);
  }

  private void extension(String name, String parent, TypeSource source) {
    tree.add(PipelineExtension.of(name, parent).build(), source);
  }

  private List<String> faults() {
    return tree.faults().stream().map(one -> String.valueOf(one.getMessage())).toList();
  }

  @Test
  void parentsMayComeLater() {
    extension("c", "b", FILE);
    extension("b", "a", JAR);
    base("a");

    assertThat(tree.resolved().keySet()).containsExactly("a", "b", "c");
    assertThat(faults()).isEmpty();
    assertThat(tree.resolved().get("c"))
        .singleElement()
        .satisfies(
            type -> {
              assertThat(type.parent()).contains("b");
              assertThat(type.source()).isEqualTo("server.yaml");
            });
  }

  @Test
  void aCircleIsToldOnceWithItsMembers() {
    extension("a", "b", JAR);
    extension("b", "c", JAR);
    extension("c", "a", JAR);
    extension("outside", "a", JAR);
    base("other");

    assertThat(tree.resolved().keySet()).containsExactly("other");
    assertThat(faults())
        .containsExactly(
            "orders.jar: pipelines 'a' and 'c' extend each other (a -> b -> c -> a): let one of"
                + " them extend another parent");
  }

  @Test
  void anUnknownParentIsToldOnceWithNearNames() {
    base("cities");
    extension("fast", "citeis", FILE);
    extension("faster", "fast", FILE);

    assertThat(tree.resolved().keySet()).containsExactly("cities");
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(
            "server.yaml: pipeline 'fast' extends 'citeis', which does not exist; did you mean"
                + " cities");
    assertThat(tree.faults().getFirst()).isInstanceOf(ServerConfigException.class);
  }

  @Test
  void twoOfOneNameAreTold() {
    base("a");
    base("a");
    extension("a", "b", TypeSource.plugin("other.jar"));
    extension("a", "b", FILE);

    assertThat(faults())
        .containsExactly(
            "orders.jar brings version 1 of pipeline 'a' twice: give one of them another version or"
                + " name",
            "orders.jar and other.jar both bring a pipeline 'a': remove one of them",
            "server.yaml: types.a: a pipeline of that name comes from orders.jar: rename it");
  }

  @Test
  void aChangeOfAPhaseThatIsNotThereIsToldWithItsSource() {
    base("a");
    tree.add(PipelineExtension.of("b", "a").drop("gone").build(), JAR);

    assertThat(tree.resolved().keySet()).containsExactly("a");
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith("orders.jar: pipeline 'b', which extends 'a': there is no phase 'gone'");
  }
}
