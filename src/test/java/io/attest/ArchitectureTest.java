package io.attest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** The plan of the house: imports run downwards only, and the library knows no framework. */
@AnalyzeClasses(packages = "io.attest", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] LIBRARY = {
    "io.attest.data..",
    "io.attest.model..",
    "io.attest.correlate..",
    "io.attest.measure..",
    "io.attest.explain..",
    "io.attest.rules.."
  };

  @ArchTest
  static final ArchRule IMPORTS_RUN_DOWNWARDS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("edges")
          .definedBy("io.attest.web..", "io.attest.cli..")
          .layer("process")
          .definedBy("io.attest.process..")
          .layer("stage")
          .definedBy("io.attest.stage..")
          .layer("report")
          .definedBy("io.attest.report..")
          .layer("audit")
          .definedBy("io.attest.audit..")
          .layer("methods")
          .definedBy(
              "io.attest.explain..",
              "io.attest.correlate..",
              "io.attest.measure..",
              "io.attest.rules..")
          .layer("model")
          .definedBy("io.attest.model..")
          .layer("data")
          .definedBy("io.attest.data..")
          .whereLayer("edges")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("process")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("stage")
          .mayOnlyBeAccessedByLayers("edges", "process")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("edges", "process", "stage")
          .whereLayer("audit")
          .mayOnlyBeAccessedByLayers("edges", "process", "stage", "report")
          .whereLayer("methods")
          .mayOnlyBeAccessedByLayers("edges", "process", "stage", "report", "audit")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("edges", "process", "stage", "report", "audit", "methods")
          .because("each layer can be used and tested without those above it");

  @ArchTest
  static final ArchRule STAGES_KNOW_NOTHING_OF_WHAT_IS_ASKED_BESIDES =
      noClasses()
          .that()
          .resideInAPackage("io.attest.stage")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.attest.stage.*..")
          .because("an audit runs without letters, watches, benches and inventories");

  @ArchTest
  static final ArchRule THE_LIBRARY_KNOWS_NO_FRAMEWORK =
      noClasses()
          .that()
          .resideInAnyPackage(LIBRARY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..", "org.camunda..", "org.apache.camel..", "jakarta..")
          .because("a data scientist could use it alone");

  @ArchTest
  static final ArchRule ONLY_DATA_SPEAKS_SQL_IN_THE_LIBRARY =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.attest.model..",
              "io.attest.correlate..",
              "io.attest.measure..",
              "io.attest.explain..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.duckdb..");

  @ArchTest
  static final ArchRule ONLY_PROCESS_SEES_THE_ENGINE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.attest.process..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.camunda.."));

  @ArchTest
  static final ArchRule ONLY_PROCESS_SEES_THE_ROUTES =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.attest.process..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.apache.camel.."));

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.attest.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule NOTHING_STATIC_CHANGES =
      fields().that().areStatic().should().haveModifier(JavaModifier.FINAL);

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_THING_IS =
      noClasses().should().haveNameMatching(".*(Utils?|Manager|Helper|Impl)");

  @ArchTest
  static final ArchRule EVERY_PACKAGE_SAYS_WHAT_IT_IS_FOR =
      classes().that().resideInAPackage("io.attest.*..").should(liveInAPackageThatIsDescribed());

  private static ArchCondition<JavaClass> liveInAPackageThatIsDescribed() {
    return new ArchCondition<>("live in a package with a package-info.java") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (type.getPackage().tryGetPackageInfo().isEmpty()) {
          // A package-info without annotations leaves no class file: look at the source.
          java.nio.file.Path info =
              java.nio.file.Path.of(
                  "src/main/java", type.getPackageName().replace('.', '/'), "package-info.java");
          if (!java.nio.file.Files.isRegularFile(info)) {
            events.add(SimpleConditionEvent.violated(type, type.getPackageName() + " has none"));
          }
        }
      }
    };
  }
}
