package org.owlore.onnx.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Ways to damage a file that know nothing of its format. */
enum ByteDamage {
  /** Some bits are flipped. */
  BITS {
    @Override
    byte[] damage(byte[] file, Random random) {
      for (int i = 1 + random.nextInt(8); i > 0; i--) {
        file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
      return file;
    }
  },
  /** The end is missing. */
  TRUNCATION {
    @Override
    byte[] damage(byte[] file, Random random) {
      return Arrays.copyOf(file, random.nextInt(file.length));
    }
  },
  /** Some bytes are added. */
  INSERTION {
    @Override
    byte[] damage(byte[] file, Random random) {
      byte[] added = new byte[1 + random.nextInt(16)];
      random.nextBytes(added);
      int at = random.nextInt(file.length + 1);
      byte[] longer = Arrays.copyOf(file, file.length + added.length);
      System.arraycopy(file, at, longer, at + added.length, file.length - at);
      System.arraycopy(added, 0, longer, at, added.length);
      return longer;
    }
  },
  /** Some bytes are missing. */
  DELETION {
    @Override
    byte[] damage(byte[] file, Random random) {
      int count = 1 + random.nextInt(Math.min(64, file.length - 1));
      int at = random.nextInt(file.length - count + 1);
      byte[] shorter = Arrays.copyOf(file, file.length - count);
      System.arraycopy(file, at + count, shorter, at, shorter.length - at);
      return shorter;
    }
  },
  /** Two ranges change places. */
  SWAP {
    @Override
    byte[] damage(byte[] file, Random random) {
      int length = 1 + random.nextInt(Math.max(1, Math.min(256, file.length / 2)));
      int one = random.nextInt(file.length - length + 1);
      int other = random.nextInt(file.length - length + 1);
      byte[] kept = Arrays.copyOfRange(file, one, one + length);
      System.arraycopy(file, other, file, one, length);
      System.arraycopy(kept, 0, file, other, length);
      return file;
    }
  },
  /** Bytes with all bits set: where a number or a length stands it becomes enormous. */
  HUGE_NUMBER {
    @Override
    byte[] damage(byte[] file, Random random) {
      int length = 1 + random.nextInt(Math.min(9, file.length));
      int at = random.nextInt(file.length - length + 1);
      Arrays.fill(file, at, at + length, (byte) 0xFF);
      file[at + length - 1] = 0x7F;
      return file;
    }
  },
  /** A range of zeros. */
  ZEROS {
    @Override
    byte[] damage(byte[] file, Random random) {
      int at = random.nextInt(file.length);
      Arrays.fill(file, at, Math.min(file.length, at + 1 + random.nextInt(64)), (byte) 0);
      return file;
    }
  };

  /**
   * Damages a file.
   *
   * @param file at least two bytes; may be changed
   * @return the damaged file, or the same array
   */
  abstract byte[] damage(byte[] file, Random random);
}
