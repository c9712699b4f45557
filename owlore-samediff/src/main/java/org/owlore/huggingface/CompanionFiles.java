package org.owlore.huggingface;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import lombok.RequiredArgsConstructor;

/**
 * What lies in a checkpoint directory beside the weights: configuration, tokenizer, licence,
 * anything unknown.
 *
 * <p>Weights in other formats are left behind, for they would be stale beside the new ones; so are
 * hidden folders (version control, caches).
 */
@RequiredArgsConstructor
final class CompanionFiles extends SimpleFileVisitor<Path> {
  private static final List<String> WEIGHT_SUFFIXES =
      List.of(
          ".safetensors",
          ".bin",
          ".pt",
          ".pth",
          ".ckpt",
          ".h5",
          ".msgpack",
          ".gguf",
          ".ggml",
          ".onnx",
          ".onnx_data",
          ".index.json");

  private final Path source;
  private final Path target;
  private final Path excluded;

  /**
   * Copies the files.
   *
   * @param source the checkpoint directory
   * @param target an existing directory
   * @param excluded a directory that is left out, should it lie below {@code source}
   */
  static void copy(Path source, Path target, Path excluded) throws IOException {
    Files.walkFileTree(source, new CompanionFiles(source, target, excluded));
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
      throws IOException {
    boolean left =
        !folder.equals(source) && (isHidden(folder) || Files.isSameFile(folder, excluded));
    return left ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!isWeightFile(file) && !Files.isDirectory(file)) {
      Path copy = target.resolve(source.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      copyAndSync(file, copy);
    }
    return FileVisitResult.CONTINUE;
  }

  static void copyAndSync(Path file, Path copy) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        FileChannel out =
            FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      in.transferTo(Channels.newOutputStream(out));
      out.force(true);
    }
  }

  private static boolean isHidden(Path folder) {
    return folder.getFileName().toString().startsWith(".");
  }

  private static boolean isWeightFile(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return WEIGHT_SUFFIXES.stream().anyMatch(name::endsWith);
  }
}
