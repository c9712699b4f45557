package org.owlore.examples;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "org.owlore.examples",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ExamplesArchitectureTest {

  @ArchTest
  static final ArchRule arrowsGoOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy("..cli..")
          .layer("quickstart")
          .definedBy("..quickstart..")
          .layer("generation")
          .definedBy("..generation..")
          .layer("data")
          .definedBy("..data..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("quickstart")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("generation")
          .mayOnlyBeAccessedByLayers("cli", "quickstart");

  @ArchTest
  static final ArchRule packagesDoNotGoInCircles =
      slices().matching("org.owlore.examples.(*)..").should().beFreeOfCycles();
}
