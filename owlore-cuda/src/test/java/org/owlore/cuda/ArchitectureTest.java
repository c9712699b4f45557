package org.owlore.cuda;

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

/** Holds the arrows between the rooms of this module, which go one way. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("org.owlore.cuda");

  /** Each room with the rooms that it may know. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          entry("kernel", List.of()),
          entry("device", List.of("kernel")),
          entry("program", List.of("kernel", "device")),
          entry("lowering", List.of("kernel", "device", "program")),
          entry("execution", List.of("kernel", "device", "program")),
          entry("galore", List.of("kernel", "device")),
          entry("source", List.of("kernel", "device")),
          entry("driver", List.of("kernel", "device", "source")),
          entry(
              "training",
              List.of("kernel", "device", "program", "lowering", "execution", "galore", "driver")));

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
                resideOutsideOfPackage("org.owlore.cuda.."),
                resideInAnyPackage(packages(Stream.of(room))),
                resideInAnyPackage(packages(ARROWS.get(room).stream()))))
        .check(CLASSES);
  }

  @Test
  void everyClassLivesInARoom() {
    classes().should().resideInAnyPackage(packages(rooms())).check(CLASSES);
  }

  @Test
  void roomsFormNoCycle() {
    slices().matching("org.owlore.cuda.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheDriverKnowsNativeLibraries() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.owlore.cuda.driver..")
        .should()
        .dependOnClassesThat(resideInAPackage("com.sun.jna.."))
        .check(CLASSES);
  }

  @Test
  void whatIsBelowTheLoopKnowsNothingOfFineTuning() {
    noClasses()
        .that()
        .resideInAnyPackage(
            packages(
                Stream.of(
                    "kernel", "device", "program", "lowering", "execution", "source", "driver")))
        .should()
        .dependOnClassesThat(resideInAPackage("org.owlore.finetune.."))
        .check(CLASSES);
  }

  private static String[] packages(Stream<String> rooms) {
    return rooms.map(room -> "org.owlore.cuda." + room + "..").toArray(String[]::new);
  }
}
