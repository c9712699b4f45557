package org.owlore.cuda.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.StringJoiner;
import lombok.NonNull;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/**
 * A kernel as CUDA C++ that needs no header. Its one global function takes a pointer for each of
 * the kernel's parameters and is launched in the kernel's {@link LaunchShape}.
 *
 * @param function the name of the global function: the kernel's and a hash of what it does
 * @param text everything that the compiler needs
 */
public record CudaSource(@NonNull String function, @NonNull String text) {
  private static final String PRELUDE = prelude();
  private static final int HASH_BYTES = 8;

  /**
   * The source of a kernel; equal for equal kernels.
   *
   * @throws IllegalArgumentException if it adds to memory that is not float32
   */
  public static CudaSource of(@NonNull Kernel kernel) {
    for (Kernel.Store store : kernel.stores()) {
      NumberType type = kernel.parameters().get(store.parameter()).type();
      if (store.adds() && type != NumberType.FLOAT32) {
        throw new IllegalArgumentException(
            "Kernel %s adds to memory of type %s, but a device adds to FLOAT32 only."
                .formatted(kernel.name(), type));
      }
    }
    String body = KernelBody.of(kernel);
    String parameters = parameters(kernel);
    String function = kernel.name() + "_" + hash(PRELUDE + parameters + body);
    String head =
        "extern \"C\" __global__ void __launch_bounds__(%d) %s(%s)"
            .formatted(LaunchShape.of(kernel).threads(), function, parameters);
    return new CudaSource(function, PRELUDE + head + " {\n" + body.indent(2) + "}\n");
  }

  private static String parameters(Kernel kernel) {
    StringJoiner parameters = new StringJoiner(", ");
    int number = 0;
    for (Kernel.Parameter parameter : kernel.parameters()) {
      String type = TermText.type(parameter.type());
      parameters.add("%s%s* p%d".formatted(parameter.written() ? "" : "const ", type, number++));
    }
    return parameters.toString();
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java has SHA-256.", impossible);
    }
  }

  private static String prelude() {
    try (InputStream file = CudaSource.class.getResourceAsStream("prelude.cu")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The jar of owlore-cuda lacks prelude.cu.", e);
    }
  }
}
