package org.owlore.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.owlore.files.CheckpointException;

/** Whatever happens to a file's bytes, opening it gives a value or one clear exception. */
class SafetensorsFuzzTest {
  private static final String[] PIECES = {
    "9223372036854775807",
    "-1",
    "1e400",
    "null",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    "0",
    "F4",
    "F64",
    "\\u0000",
    "[[[[",
    "\"a\":",
    "__metadata__",
    " "
  };
  private static final byte[] VALID =
      SafetensorsBytes.of(
          "{\"__metadata__\":{\"format\":\"pt\"},"
              + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
              + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[24,32]}}",
          new byte[32]);

  @Property(tries = 600)
  void aMutatedFileGivesAValueOrOneClearException(@ForAll long seed) throws Exception {
    byte[] bytes = mutated(new Random(seed));
    Path file = Files.createTempFile("fuzz", ".safetensors");
    try {
      Files.write(file, bytes);

      Throwable problem =
          catchThrowable(
              () -> {
                SafetensorsFile opened = SafetensorsFile.open(file);
                opened.tensors().stream()
                    .filter(tensor -> tensor.type().isWeight())
                    .forEach(tensor -> opened.read(tensor.name()).close());
              });

      if (problem != null) {
        assertThat(problem).isInstanceOf(CheckpointException.class);
        assertThat(problem.getMessage())
            .contains(file.toString())
            .doesNotContain("\n")
            .endsWith(".");
      }
    } finally {
      Files.delete(file);
    }
  }

  private static byte[] mutated(Random random) {
    byte[] bytes = VALID.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> flipBit(bytes, random);
            case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
            case 2 -> insert(bytes, random);
            case 3 -> replaceDigit(bytes, random);
            default -> remove(bytes, random);
          };
    }
    return bytes;
  }

  private static byte[] flipBit(byte[] bytes, Random random) {
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] replaceDigit(byte[] bytes, Random random) {
    for (int tries = 0; tries < 200 && bytes.length > 0; tries++) {
      int place = random.nextInt(bytes.length);
      if (Character.isDigit(bytes[place])) {
        bytes[place] = (byte) ('0' + random.nextInt(10));
        break;
      }
    }
    return bytes;
  }

  /** Puts a piece into the header and announces the new length, so that the parser sees it. */
  private static byte[] insert(byte[] bytes, Random random) {
    byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
    int place = Math.min(bytes.length, 8 + random.nextInt(160));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + piece.length);
    System.arraycopy(piece, 0, longer, place, piece.length);
    System.arraycopy(bytes, place, longer, place + piece.length, bytes.length - place);
    longer[0] += (byte) piece.length;
    return longer;
  }

  private static byte[] remove(byte[] bytes, Random random) {
    if (bytes.length < 20) {
      return bytes;
    }
    int place = 8 + random.nextInt(bytes.length - 12);
    int count = Math.min(1 + random.nextInt(4), bytes.length - place);
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - count);
    System.arraycopy(bytes, place + count, shorter, place, bytes.length - place - count);
    shorter[0] -= (byte) count;
    return shorter;
  }
}
