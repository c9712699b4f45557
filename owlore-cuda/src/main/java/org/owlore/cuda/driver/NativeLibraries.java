package org.owlore.cuda.driver;

import static java.util.stream.Collectors.joining;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import lombok.NonNull;
import org.owlore.cuda.device.DeviceException;

/** Finds CUDA's libraries on the machine and opens them. */
final class NativeLibraries {
  /** Releases of CUDA that serve, the preferred one first. */
  static final List<Integer> RELEASES = List.of(13, 12);

  private static final Path TOOLKITS = Path.of("/usr/local");

  /** Symbols are found when they are needed, also by libraries that are opened later. */
  private static final Map<String, Integer> LAZY_AND_GLOBAL =
      Map.of(Library.OPTION_OPEN_FLAGS, 0x101);

  private final LibraryFolders folders;
  private final List<Integer> releases;
  private final Opener opener;

  /** Held as long as this is: JNA closes what nobody holds. */
  private final List<NativeLibrary> opened = new ArrayList<>();

  /** Why files that are there could not be opened. */
  private final Set<String> faults = new LinkedHashSet<>();

  /**
   * The libraries of some folders.
   *
   * @param folders where to look, beside where the system's loader does
   * @param releases of CUDA that serve, the preferred one first
   * @param opener the system's loader
   */
  NativeLibraries(
      @NonNull LibraryFolders folders, @NonNull List<Integer> releases, @NonNull Opener opener) {
    this.folders = folders;
    this.releases = List.copyOf(releases);
    this.opener = opener;
  }

  /** Opens a library. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens it, or throws an {@link UnsatisfiedLinkError}.
     *
     * @param name of a file that the system knows, or an absolute path
     */
    NativeLibrary open(String name);

    /** JNA's options of what it opens: one name may be one file with these and another without. */
    default Map<String, Integer> options() {
      return LAZY_AND_GLOBAL;
    }
  }

  /** The libraries of this machine. */
  static NativeLibraries ofThisMachine(@NonNull List<Integer> releases) {
    return new NativeLibraries(
        LibraryFolders.of(System.getenv(), TOOLKITS),
        releases,
        name -> NativeLibrary.getInstance(name, LAZY_AND_GLOBAL));
  }

  /**
   * Opens a library.
   *
   * @param functions those of its functions that are used
   * @throws DeviceException when it is nowhere; the message says where it was looked for and how to
   *     get it
   */
  <T extends Library> T load(@NonNull CudaLibrary library, @NonNull Class<T> functions) {
    faults.clear();
    for (int release : releases) {
      Optional<String> name = open(library, release);
      if (name.isPresent()) {
        requireFunctions(library, name.get(), functions);
        return Native.load(name.get(), functions, opener.options());
      }
    }
    throw new DeviceException(missing(library));
  }

  private void requireFunctions(CudaLibrary library, String name, Class<?> functions) {
    NativeLibrary opened = opener.open(name);
    for (Method function : functions.getMethods()) {
      try {
        opened.getFunction(function.getName());
      } catch (UnsatisfiedLinkError e) {
        throw new DeviceException(
            "What was found as CUDA's library %s, %s, has no function %s: name the folder of the right one in %s."
                .formatted(library, opened.getFile(), function.getName(), LibraryFolders.VARIABLE),
            e);
      }
    }
  }

  /** Opens a library, if need be after what it needs; returns what it was found as. */
  Optional<String> open(CudaLibrary library, int release) {
    return candidates(library.file(release))
        .filter(name -> opens(name) || openNeeds(library, release) && opens(name))
        .findFirst();
  }

  private boolean openNeeds(CudaLibrary library, int release) {
    return !library.getNeeds().isEmpty()
        && library.getNeeds().stream().allMatch(needed -> open(needed, release).isPresent());
  }

  private boolean opens(String name) {
    try {
      opened.add(opener.open(name));
      return true;
    } catch (UnsatisfiedLinkError e) {
      if (Path.of(name).isAbsolute()) {
        faults.add(
            e.getMessage().lines().map(String::strip).distinct().limit(2).collect(joining(" ")));
      }
      return false;
    }
  }

  /** One's own folders, what the system's loader knows, and the usual folders. */
  private Stream<String> candidates(String file) {
    return Stream.of(files(folders.named(), file), Stream.of(file), files(folders.usual(), file))
        .flatMap(names -> names);
  }

  private static Stream<String> files(List<Path> folders, String file) {
    return folders.stream()
        .map(folder -> folder.resolve(file).toAbsolutePath())
        .filter(Files::exists)
        .map(Path::toString);
  }

  private String missing(CudaLibrary library) {
    List<String> files = releases.stream().map(library::file).distinct().toList();
    List<Path> searched = folders.all();
    return "CUDA's library %s is not on this machine (looked where the system's loader does%s%s): install CUDA Toolkit %d or run 'pip install %s', or name its folder in %s."
        .formatted(
            String.join(" or ", files),
            searched.isEmpty() ? "" : " and in " + searched,
            faults.isEmpty() ? "" : "; " + String.join("; ", faults),
            releases.get(0),
            library.wheel(releases.get(0)),
            LibraryFolders.VARIABLE);
  }
}
