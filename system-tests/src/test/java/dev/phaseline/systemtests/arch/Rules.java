package dev.phaseline.systemtests.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/// What must not be, each rule for any root package, so that it can be tried on planted violations.
final class Rules {
  private static final Set<String> CLOCK =
      Set.of("now", "nanoTime", "currentTimeMillis", "systemUTC", "systemDefaultZone");
  private static final Set<String> TIME_OWNERS = Set.of("java.lang.System", "java.time");
  private static final List<String> IO =
      List.of(
          "java.io",
          "java.nio.file",
          "java.nio.channels",
          "java.net",
          "java.sql",
          "javax",
          "org.apache.kafka",
          "org.slf4j");

  /// In-memory streams of bytes are no I/O.
  private static final Set<String> NO_IO =
      Set.of("java.io.ByteArrayOutputStream", "java.io.OutputStream", "java.io.Serializable");

  private Rules() {}

  /// Module `from` must not know module `to`.
  static ArchRule noArrow(String root, String from, String to) {
    return noClasses()
        .that()
        .resideInAPackage(root + "." + from + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + "." + to + "..")
        .because(from + " -> " + to + " is not in the design")
        .allowEmptyShould(true);
  }

  /// Only a module's root package is its API: what users can call there neither takes nor gives
  /// types of the engine or of the packages below the root.
  static ArchRule noInternalsInApi(String root, String module) {
    var internal =
        resideInAnyPackage(root + ".core.engine..", root + "." + module + ".*..")
            .as("of the engine or of a package below the module's root");
    return noCodeUnits()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(root + "." + module)
        .and(describe("users can call them", Rules::isCallableByUsers))
        .should()
        .haveRawReturnType(internal)
        .orShould()
        .haveRawParameterTypes(
            describe("one is internal", types -> types.stream().anyMatch(internal)))
        .because("the engine and the packages below the root are no API");
  }

  /// No other module may use the packages below a module's root.
  static ArchRule noUseOfInternals(String root, String module) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + "." + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + "." + module + ".*..")
        .because("they are public for their own module alone");
  }

  private static boolean isCallableByUsers(JavaCodeUnit unit) {
    var modifiers = unit.getModifiers();
    if (!modifiers.contains(JavaModifier.PUBLIC) && !modifiers.contains(JavaModifier.PROTECTED)) {
      return false;
    }
    for (var type = Optional.of(unit.getOwner());
        type.isPresent();
        type = type.get().getEnclosingClass()) {
      if (!type.get().getModifiers().contains(JavaModifier.PUBLIC)) return false;
    }
    return true;
  }

  /// Calls and method references both: `callMethod` alone does not see `Instant::now`.
  static ArchRule noClock(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".core..")
        .should()
        .accessTargetWhere(describe("it reads a clock", Rules::readsClock))
        .because("time is an argument in core");
  }

  static ArchRule noDice(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".core..")
        .should()
        .accessTargetWhere(describe("it rolls dice", Rules::rollsDice))
        .because("chance is an argument in core");
  }

  static ArchRule noThreads(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".core..")
        .should()
        .accessTargetWhere(
            describe(
                "it starts or stops threads",
                access -> access.getTargetOwner().isAssignableTo(Thread.class)))
        .because("core runs on its caller's thread");
  }

  static ArchRule noInputOrOutput(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".core..")
        .should()
        .dependOnClassesThat(describe("do I/O", Rules::doesIo))
        .because("core is pure");
  }

  static ArchRule noGroupIdOnlyMetadata(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .callConstructorWhere(
            describe("it has the group's id only, which brokers do not fence", Rules::groupIdOnly));
  }

  static ArchRule noCatchAllPackages(String root) {
    return noClasses()
        .should()
        .resideInAnyPackage(
            root + "..common..", root + "..util..", root + "..utils..", root + "..helpers..")
        .because("such a package says nothing and attracts everything");
  }

  /// The packages of a module must have an order; its root package, where all is wired, is not
  /// looked at.
  static ArchRule noPackageCycles(String root, String module) {
    return slices()
        .matching(root + "." + module + ".(*)..")
        .should()
        .beFreeOfCycles()
        .because("packages that know each other are one package in two folders")
        .allowEmptyShould(true);
  }

  /// Job accounting is for whatever has to know when a job has ended, whether or not it runs on
  /// Kafka Streams; so it knows neither that nor the rest of its module.
  static ArchRule accountingStandsAlone(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + ".ops.accounting..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.kafka.streams..", root + ".streams..", root + ".ops..")
                .and(not(resideInAnyPackage(root + ".ops.accounting..")))
                .as("are of Kafka Streams or of the rest of the module"))
        .because("the scheduler must be able to use it");
  }

  private static boolean readsClock(JavaAccess<?> access) {
    var owner = access.getTargetOwner().getFullName();
    return CLOCK.contains(access.getTarget().getName())
        && TIME_OWNERS.stream().anyMatch(owner::startsWith);
  }

  private static boolean rollsDice(JavaAccess<?> access) {
    var owner = access.getTargetOwner();
    return owner.getSimpleName().endsWith("Random")
        || (owner.isEquivalentTo(Math.class) && access.getTarget().getName().equals("random"))
        || access.getTarget().getName().equals("randomUUID");
  }

  private static boolean doesIo(JavaClass used) {
    var name = used.getFullName();
    return IO.stream().anyMatch(name::startsWith)
        && !NO_IO.contains(name)
        && !name.startsWith("java.net.URLEncoder");
  }

  private static boolean groupIdOnly(JavaConstructorCall call) {
    return call.getTargetOwner().isEquivalentTo(ConsumerGroupMetadata.class)
        && call.getTarget().getRawParameterTypes().size() == 1;
  }
}
