package dev.twincast.feed;

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
          .importPackages("dev.twincast.feed");

  @Test
  void whatDecidesHasNoSocketNoClockNoThreadAndNoChanceOfItsOwn() {
    noClasses()
        .that()
        .resideInAnyPackage("..feed.mold..", "..feed.soup..", "..feed.machine..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.nio\\.(channels|file)\\..*|java\\.net\\.(?!InetSocketAddress$).*"
                + "|java\\.lang\\.Thread|java\\.util\\.concurrent\\..*|java\\.util\\.Random"
                + "|java\\.time\\..*|java\\.lang\\.System\\$Logger")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(LIBRARY);
  }

  @Test
  void codecsDecideNothing() {
    noClasses()
        .that()
        .resideInAnyPackage("..feed.mold..", "..feed.soup..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..feed.machine..", "..feed.journal..")
        .check(LIBRARY);
  }

  @Test
  void nothingButTheJdkAndOurOtherHalvesIsNeeded() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "dev.twincast..")
        .check(LIBRARY);
  }

  @Test
  void theSimulationNeedsNoTestLibraryAndOnlyWhatIsExportedToIt() {
    classes()
        .that()
        .haveNameNotMatching(".*(Test|RepairLoad)")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "dev.twincast.anycast",
            "dev.twincast.feed",
            "dev.twincast.feed.journal",
            "dev.twincast.feed.machine",
            "dev.twincast.feed.mold",
            "dev.twincast.feed.simulation")
        .check(new ClassFileImporter().importPackages("dev.twincast.feed.simulation"));
  }

  @Test
  void packagesDependInOneDirection() {
    slices().matching("dev.twincast.(**)").should().beFreeOfCycles().check(LIBRARY);
  }
}
