package org.owlore.examples.imports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads the arrays of a {@code .npz} file, as {@code numpy.savez} writes it. */
final class NumpyArchive {
  private static final String SUFFIX = ".npy";

  private NumpyArchive() {}

  /**
   * All arrays of a file by name.
   *
   * @throws UncheckedIOException when the file cannot be read
   */
  static Map<String, INDArray> read(@NonNull Path file) {
    Map<String, INDArray> arrays = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.endsWith(SUFFIX)) {
          arrays.put(
              name.substring(0, name.length() - SUFFIX.length()),
              Nd4j.createNpyFromByteArray(zip.readAllBytes()));
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot read %s.".formatted(file), failure);
    }
    return arrays;
  }
}
