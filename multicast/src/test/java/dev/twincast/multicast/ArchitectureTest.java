package dev.twincast.multicast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.twincast.multicast");

  @Test
  void onlyTheUdpPackageTouchesSockets() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..multicast.udp")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.nio\\.channels\\..*|java\\.net\\..*Socket")
        .check(LIBRARY);
  }

  @Test
  void groupsAndDatagramsArePureValues() {
    noClasses()
        .that()
        .haveSimpleName("Group")
        .or()
        .haveSimpleName("Datagram")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(".*(\\.udp\\..*|NetworkInterface)")
        .check(LIBRARY);
  }

  @Test
  void onlyTwoClassesTouchNativeCodeAndMemory() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.(Libc|OffHeap)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(LIBRARY);
  }

  @Test
  void whatDecidesHasNoSocketNoClockAndNoThread() {
    noClasses()
        .that()
        .haveNameMatching(".*\\.(TokenBucket|Heat|SendBatch|ReceiveBatch)")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.nio\\.channels\\..*|java\\.lang\\.Thread|java\\.util\\.concurrent\\..*"
                + "|.*\\.(Libc|Port|LinuxPort|NioPort)")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(LIBRARY);
  }

  @Test
  void nothingButTheJdkIsNeeded() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "dev.twincast.multicast..")
        .check(LIBRARY);
  }

  @Test
  void packagesDependInOneDirection() {
    slices().matching("dev.twincast.(**)").should().beFreeOfCycles().check(LIBRARY);
  }
}
