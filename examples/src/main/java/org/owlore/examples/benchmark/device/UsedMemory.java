package org.owlore.examples.benchmark.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lombok.NonNull;

/**
 * How much of a device's memory is taken, by all processes, as nvidia-smi says it.
 *
 * @param device its name, e.g. {@code cuda:0}
 */
public record UsedMemory(@NonNull String device) {
  private static final Pattern GPU = Pattern.compile("cuda(?::(\\d+))?");
  private static final double MEBIBYTE = 1 << 20;

  /** Bytes; empty for other devices than NVIDIA's, and where there is no nvidia-smi. */
  OptionalDouble bytes() {
    Matcher gpu = GPU.matcher(device);
    if (!gpu.matches()) {
      return OptionalDouble.empty();
    }
    String number = gpu.group(1) == null ? "0" : gpu.group(1);
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=memory.used",
                  "--format=csv,noheader,nounits",
                  "--id=" + number)
              .start();
      byte[] answer = process.getInputStream().readAllBytes();
      return parse(new String(answer, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  /** What nvidia-smi answers: a number of MiB. */
  static OptionalDouble parse(String answer) {
    return answer.strip().matches("\\d+")
        ? OptionalDouble.of(Long.parseLong(answer.strip()) * MEBIBYTE)
        : OptionalDouble.empty();
  }
}
