package org.owlore.cuda.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;
import lombok.NonNull;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/**
 * A kernel, or a pass over an attention, as CUDA C++ that needs no header. Its one global function
 * takes a pointer for each of the kernel's parameters or of the pass's arrays, and is launched in
 * the kernel's {@link LaunchShape} or the attention's {@link AttentionShape}.
 *
 * @param function the name of the global function: the kernel's and a hash of what it does
 * @param text everything that the compiler needs
 */
public record CudaSource(@NonNull String function, @NonNull String text) {
  private static final String PRELUDE = resource("prelude.cu");
  private static final String FRAGMENT = resource("fragment.cu");
  private static final String ATTENTION = resource("attention.cu");
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
    int threads = LaunchShape.of(kernel).threads();
    return of(kernel.name(), PRELUDE, threads, parameters(kernel), KernelBody.of(kernel));
  }

  /**
   * The source of a pass over an attention; equal for equal ones.
   *
   * @throws IllegalArgumentException if a device cannot run it in one piece: see {@link
   *     AttentionShape#of}; or if the score or the gradient is more than a function of one pair
   */
  public static CudaSource of(@NonNull Attention attention) {
    AttentionText text = AttentionText.of(attention);
    String name = "attention_" + attention.pass().name().toLowerCase(Locale.ROOT);
    String before = PRELUDE + text.constants() + FRAGMENT + ATTENTION + text.functions();
    int threads = AttentionShape.of(attention).threads();
    return of(name, before, threads, text.parameters(), text.body());
  }

  private static CudaSource of(
      String name, String before, int threads, String parameters, String body) {
    String function = name + "_" + hash(before + parameters + body);
    String head =
        "extern \"C\" __global__ void __launch_bounds__(%d) %s(%s)"
            .formatted(threads, function, parameters);
    return new CudaSource(function, before + head + " {\n" + body.indent(2) + "}\n");
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

  private static String resource(String name) {
    try (InputStream file = CudaSource.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The jar of owlore-cuda lacks " + name + ".", e);
    }
  }
}
