package org.owlore;

import static com.tngtech.archunit.base.DescribedPredicate.or;
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

/** Holds the arrows between the rooms of this module, which go one way. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("org.owlore");

  /** Each room with the rooms that it may know. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          entry("galore", List.of()),
          entry("sampling", List.of()),
          entry("graph", List.of()),
          entry("files", List.of()),
          entry("backend", List.of()),
          entry("precision", List.of("backend")),
          entry("safetensors", List.of("files", "precision")),
          entry("scoring", List.of("graph")),
          entry("engine", List.of("graph")),
          entry("huggingface", List.of("safetensors", "files", "graph", "precision", "backend")),
          entry("samediff", List.of("files", "graph")),
          entry("tensorflow", List.of("files", "graph")),
          entry("onnx", List.of("safetensors", "files", "graph", "precision")),
          entry(
              "finetune",
              List.of("engine", "scoring", "graph", "galore", "sampling", "precision", "backend")));

  static Stream<String> rooms() {
    return ARROWS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomKnowsOnlyItselfAndTheRoomsBelowIt(String room) {
    classes()
        .that()
        .resideInAnyPackage(packages(Stream.of(room)))
        .should()
        .onlyDependOnClassesThat(
            or(
                resideOutsideOfPackage("org.owlore.."),
                resideInAnyPackage(packages(Stream.of(room))),
                resideInAnyPackage(packages(ARROWS.get(room).stream()))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void everyClassLivesInARoom() {
    classes().should().resideInAnyPackage(packages(rooms())).check(CLASSES);
  }

  @Test
  void roomsFormNoCycle() {
    slices().matching("org.owlore.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void samplingKnowsOnlyNumbers() {
    noClasses()
        .that()
        .resideInAPackage("org.owlore.sampling..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.nd4j..")
        .check(CLASSES);
  }

  @Test
  void reflectionStaysInTheInternalsOfGraph() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.owlore.graph.internals..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..")
        .check(CLASSES);
  }

  /**
   * What ND4J brings along is no reason to use it: JSON, for one, is read with ND4J's own copy. Its
   * maps of variables and operations are PatriciaTries of commons-collections, though.
   */
  @Test
  void theModuleUsesOnlyNd4jLombokAndALogger() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "lombok..",
            "org.owlore..",
            "org.nd4j..",
            "org.slf4j..",
            "org.bytedeco..",
            "org.apache.commons.collections4.trie..",
            "onnx..",
            "org.tensorflow.framework..")
        .check(CLASSES);
  }

  private static String[] packages(Stream<String> rooms) {
    return rooms.map(room -> "org.owlore." + room + "..").toArray(String[]::new);
  }
}
