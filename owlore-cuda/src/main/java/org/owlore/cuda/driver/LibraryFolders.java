package org.owlore.cuda.driver;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lombok.NonNull;

/**
 * Where CUDA's libraries may lie.
 *
 * @param named by the user, in {@value #VARIABLE}
 * @param usual where a toolkit or Python's packages put them
 */
record LibraryFolders(@NonNull List<Path> named, @NonNull List<Path> usual) {

  /** The environment variable with folders of one's own. */
  static final String VARIABLE = "OWLORE_CUDA_LIBRARIES";

  private static final String TARGET = "targets/x86_64-linux/lib";

  /**
   * The folders of a machine: those that the user names, and the usual ones that exist.
   *
   * @param environment variables
   * @param toolkits the folder where toolkits are installed as {@code cuda*}
   */
  static LibraryFolders of(@NonNull Map<String, String> environment, @NonNull Path toolkits) {
    Set<Path> usual = new LinkedHashSet<>();
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      paths(environment.get(variable)).flatMap(LibraryFolders::ofToolkit).forEach(usual::add);
    }
    matching(toolkits, "cuda*").stream().flatMap(LibraryFolders::ofToolkit).forEach(usual::add);
    paths(environment.get("PATH"))
        .filter(folder -> Files.exists(folder.resolve("python3")))
        .flatMap(LibraryFolders::ofPython)
        .forEach(usual::add);
    return new LibraryFolders(paths(environment.get(VARIABLE)).toList(), List.copyOf(usual));
  }

  /** All of them, one's own first. */
  List<Path> all() {
    return Stream.concat(named.stream(), usual.stream()).toList();
  }

  private static Stream<Path> paths(String list) {
    return list == null
        ? Stream.empty()
        : Stream.of(list.split(File.pathSeparator)).filter(path -> !path.isBlank()).map(Path::of);
  }

  private static Stream<Path> ofToolkit(Path toolkit) {
    return Stream.of(toolkit.resolve("lib64"), toolkit.resolve(TARGET)).filter(Files::isDirectory);
  }

  private static Stream<Path> ofPython(Path programs) {
    Path prefix = programs.toAbsolutePath().normalize().getParent();
    if (prefix == null) {
      return Stream.empty();
    }
    return Stream.of("lib", "lib64", "local/lib")
        .flatMap(libraries -> matching(prefix.resolve(libraries), "python3*").stream())
        .flatMap(python -> Stream.of("site-packages", "dist-packages").map(python::resolve))
        .flatMap(packages -> matching(packages.resolve("nvidia"), "*").stream())
        .map(library -> library.resolve("lib"))
        .filter(Files::isDirectory);
  }

  private static List<Path> matching(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException("Folder " + folder + " cannot be read.", e);
      }
    }
    found.sort(null);
    return found;
  }
}
