package dev.twincast.feed.journal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static final JavaClasses JOURNAL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.twincast.feed.journal");

  @Test
  void onlyTheRealDiskTouchesFiles() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.(DirectoryDisk|ChannelFile)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.nio\\.channels\\..*|java\\.nio\\.file\\.Files")
        .check(JOURNAL);
  }

  @Test
  void theFormatIsPure() {
    classes()
        .that()
        .haveNameMatching(".*\\.(SegmentName|SegmentHeader|Records|SparseIndex)(\\$.*)?")
        .should()
        .onlyDependOnClassesThat()
        .haveNameMatching(
            "java\\.(lang|util)\\..*|java\\.nio\\..*Buffer|java\\.nio\\.charset\\..*"
                + "|.*\\.(SegmentName|SegmentHeader|Records|SparseIndex)(\\$.*)?|\\[.*")
        .check(JOURNAL);
  }

  @Test
  void noThreadNoLockNoClock() {
    noClasses()
        .that()
        .doNotHaveSimpleName("DirectoryDisk")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.concurrent\\.(locks|atomic)\\..*")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(JOURNAL);
  }
}
