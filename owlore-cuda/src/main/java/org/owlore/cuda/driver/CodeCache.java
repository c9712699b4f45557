package org.owlore.cuda.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.owlore.cuda.source.CudaSource;
import org.owlore.files.StagedFile;

/**
 * Machine code on disk, so that a kernel is compiled once on a machine. An entry begins with the
 * hash of the rest: what does not agree with it is compiled again.
 */
@Slf4j
@RequiredArgsConstructor
final class CodeCache {
  private static final String HASH = "SHA-256";
  private static final int HASH_BYTES = 32;

  @NonNull private final Path folder;

  /** A folder that cannot be written to is told once. */
  private boolean warned;

  /**
   * The cache of a user: {@code OWLORE_CUDA_CACHE}, else {@code owlore/cuda} in {@code
   * XDG_CACHE_HOME}, else in {@code .cache} at home.
   *
   * @param environment variables
   * @param home the user's folder
   */
  static CodeCache of(@NonNull Map<String, String> environment, @NonNull Path home) {
    return new CodeCache(
        named(environment, "OWLORE_CUDA_CACHE")
            .orElseGet(
                () ->
                    named(environment, "XDG_CACHE_HOME")
                        .orElseGet(() -> home.resolve(".cache"))
                        .resolve("owlore")
                        .resolve("cuda")));
  }

  /** Where the entries lie. */
  Path folder() {
    return folder;
  }

  private static Optional<Path> named(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(path -> !path.isBlank())
        .map(Path::of);
  }

  /**
   * The machine code of a source.
   *
   * @param architecture of the device
   * @param version of the compiler
   * @param compiler makes it if it is not there yet
   */
  byte[] code(
      @NonNull CudaSource source,
      @NonNull String architecture,
      @NonNull String version,
      @NonNull Supplier<byte[]> compiler) {
    byte[] key =
        String.join("\n", version, architecture, source.text()).getBytes(StandardCharsets.UTF_8);
    Path entry = folder.resolve(HexFormat.of().formatHex(hash(key)) + ".cubin");
    Optional<byte[]> kept = read(entry);
    if (kept.isPresent()) {
      return kept.get();
    }
    byte[] code = compiler.get();
    write(entry, code);
    return code;
  }

  private static Optional<byte[]> read(Path entry) {
    if (!Files.isRegularFile(entry)) {
      return Optional.empty();
    }
    try {
      byte[] content = Files.readAllBytes(entry);
      byte[] code =
          Arrays.copyOfRange(content, Math.min(HASH_BYTES, content.length), content.length);
      boolean sound =
          content.length > HASH_BYTES
              && Arrays.equals(hash(code), Arrays.copyOf(content, HASH_BYTES));
      return sound ? Optional.of(code) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void write(Path entry, byte[] code) {
    try {
      StagedFile.write(
          entry,
          channel -> {
            for (byte[] part : new byte[][] {hash(code), code}) {
              ByteBuffer rest = ByteBuffer.wrap(part);
              while (rest.hasRemaining()) {
                channel.write(rest);
              }
            }
          });
    } catch (IOException e) {
      boolean writtenByAnother = Files.isRegularFile(entry);
      if (!writtenByAnother && !warned) {
        warned = true;
        log.warn("Compiled kernels cannot be kept in {}: {}", entry.getParent(), e.toString());
      }
    }
  }

  private static byte[] hash(byte[] content) {
    try {
      return MessageDigest.getInstance(HASH).digest(content);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java has " + HASH + ".", impossible);
    }
  }
}
