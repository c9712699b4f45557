package org.owlore.dl4j;

import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the arrows between the rooms of this module, and to those of owlore-samediff. */
class ArchitectureTest {
  private static final String MODULE = "org.owlore.dl4j";
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(MODULE);

  /** Each room with the rooms that it may know, of this module and the other. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          entry("network", List.of()),
          entry("internals", List.of()),
          entry("blocks", List.of("dl4j.network")),
          entry("freezing", List.of("dl4j.network", "dl4j.internals")),
          entry("calibration", List.of("dl4j.network", "scoring", "graph")),
          entry("schedule", List.of("sampling", "scoring", "files")),
          entry("lowrank", List.of("dl4j.network", "galore")));

  static Stream<String> rooms() {
    return ARROWS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsOnlyItselfAndTheRoomsBelowIt(String room) {
    String own = MODULE + "." + room + "..";
    classes()
        .that()
        .resideInAPackage(own)
        .should()
        .onlyDependOnClassesThat(
            or(
                resideOutsideOfPackage("org.owlore.."),
                resideInAPackage(own),
                resideInAnyPackage(packages(ARROWS.get(room)))))
        .check(CLASSES);
  }

  @Test
  void everyClassIsAFaceOrLivesInARoom() {
    classes()
        .should()
        .resideInAnyPackage(
            Stream.concat(Stream.of(MODULE), rooms().map(room -> MODULE + "." + room + ".."))
                .toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void theFacesKnowSamplingScoringAndGaLoreOfTheOtherModule() {
    classes()
        .that()
        .resideInAPackage(MODULE)
        .should()
        .onlyDependOnClassesThat(
            or(
                resideOutsideOfPackage("org.owlore.."),
                resideInAPackage(MODULE + ".."),
                resideInAnyPackage(packages(List.of("sampling", "scoring", "galore")))))
        .check(CLASSES);
  }

  @Test
  void nothingOfTheSameDiffEngineIsUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            packages(
                List.of("engine", "finetune", "onnx", "huggingface", "samediff", "tensorflow")))
        .check(CLASSES);
  }

  @Test
  void roomsFormNoCycle() {
    slices().matching(MODULE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void reflectionStaysInTheInternals() {
    noClasses()
        .that()
        .resideOutsideOfPackage(MODULE + ".internals..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..")
        .check(CLASSES);
  }

  @Test
  void theModuleUsesOnlyDl4jNd4jLombokAndALogger() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "lombok..",
            "org.owlore..",
            "org.deeplearning4j..",
            "org.nd4j..",
            "org.slf4j..")
        .check(CLASSES);
  }

  private static String[] packages(List<String> rooms) {
    return rooms.stream().map(room -> "org.owlore." + room + "..").toArray(String[]::new);
  }
}
