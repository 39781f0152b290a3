package dev.twincast.anycast;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses MODULE =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void policyTouchesNoNetworkNoClockNoThread() {
    assertPure("..policy..", "java.net..", "java.nio..", "java.io..", "java.util.concurrent..");
  }

  /** What the announcer decides can be tested in virtual time only if it stays so. */
  @Test
  void theAnnouncersDecisionsTouchNoNetworkNoClockNoThread() {
    assertPure(
        "dev.twincast.anycast.announce..",
        "java.net..",
        "java.nio.channels..",
        "java.io..",
        "java.util.concurrent..");
  }

  private static void assertPure(String packages, String... forbidden) {
    noClasses()
        .that()
        .resideInAPackage(packages)
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Math.class, "random")
        .check(MODULE);
  }

  @Test
  void theMessageServiceIsBytesAndTimeAsArguments() {
    noClasses()
        .that()
        .resideInAnyPackage("..message..", "..frame..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..", "..net.."))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(MODULE);
  }

  @Test
  void socketsAreInOnePackage() {
    noClasses()
        .that(resideOutsideOfPackages("dev.twincast.anycast", "dev.twincast.anycast.net.."))
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.net\\..*Socket.*|java\\.nio\\.channels\\..*")
        .check(MODULE);
  }

  @Test
  void onlyTheEpollClassesTouchForeignMemoryAndOnlyLibcBindsSymbols() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Libc")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.Linker")
        .check(MODULE);
    noClasses()
        .that()
        .resideOutsideOfPackage("..net.server..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.lang.foreign.."))
        .check(MODULE);
  }

  @Test
  void theModuleNeedsNothingButTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("dev.twincast.anycast..", "java..", "javax.net", "org.jspecify.."))
        .check(MODULE);
  }
}
