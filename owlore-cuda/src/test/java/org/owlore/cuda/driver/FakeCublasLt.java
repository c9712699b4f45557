package org.owlore.cuda.driver;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.HashMap;
import java.util.Map;
import org.owlore.precision.HalfPrecision;

/** cuBLASLt's definition of a product, column by column, in plain loops on the host's memory. */
final class FakeCublasLt implements CublasLtApi {
  private static final int FLOAT32 = 0;
  private static final int FLOAT16 = 2;

  /** What is answered by a function of some name instead of what it would. */
  final Map<String, Integer> failures = new HashMap<>();

  /** How often an algorithm was chosen. */
  int choices;

  /** How many algorithms are found. */
  int found = 1;

  /** The last compute type asked for. */
  int computeType;

  /** Handles that were created and not destroyed. */
  final Map<Long, Map<Integer, Long>> open = new HashMap<>();

  private final Map<Long, Layout> layouts = new HashMap<>();
  private long lastHandle = 500;

  private record Layout(int type, long rows, long columns, long leadingDimension) {
    float get(long address, long row, long column) {
      Pointer memory = new Pointer(address);
      long element = row + column * leadingDimension;
      if (row >= rows || column >= columns) {
        throw new AssertionError("row " + row + ", column " + column + " of " + this);
      }
      if (type == FLOAT32) {
        return memory.getFloat(element * Float.BYTES);
      }
      return Float.intBitsToFloat(precision().widen(memory.getShort(element * Short.BYTES)));
    }

    void put(long address, long row, long column, float value) {
      Pointer memory = new Pointer(address);
      long element = row + column * leadingDimension;
      if (type == FLOAT32) {
        memory.setFloat(element * Float.BYTES, value);
      } else {
        short narrow = precision().narrow(Float.floatToRawIntBits(value));
        memory.setShort(element * Short.BYTES, narrow);
      }
    }

    private HalfPrecision precision() {
      return type == FLOAT16 ? HalfPrecision.IEEE : HalfPrecision.BRAIN;
    }

    int width() {
      return type == FLOAT32 ? Float.BYTES : Short.BYTES;
    }
  }

  private int create(String function, LongByReference handle) {
    handle.setValue(++lastHandle);
    open.put(lastHandle, new HashMap<>());
    return failures.getOrDefault(function, 0);
  }

  private int destroy(long handle) {
    return open.remove(handle) == null ? 1 : 0;
  }

  private int set(long handle, int attribute, Pointer value, long bytes) {
    open.get(handle).put(attribute, bytes == Long.BYTES ? value.getLong(0) : value.getInt(0));
    return 0;
  }

  @Override
  public int cublasLtCreate(LongByReference handle) {
    return create("cublasLtCreate", handle);
  }

  @Override
  public int cublasLtDestroy(long handle) {
    return destroy(handle);
  }

  @Override
  public int cublasLtMatmulDescCreate(LongByReference description, int type, int scaleType) {
    computeType = type;
    return create("cublasLtMatmulDescCreate", description);
  }

  @Override
  public int cublasLtMatmulDescSetAttribute(
      long description, int attribute, Pointer value, long bytes) {
    return set(description, attribute, value, bytes);
  }

  @Override
  public int cublasLtMatmulDescDestroy(long description) {
    return destroy(description);
  }

  @Override
  public int cublasLtMatrixLayoutCreate(
      LongByReference layout, int type, long rows, long columns, long leadingDimension) {
    int result = create("cublasLtMatrixLayoutCreate", layout);
    layouts.put(layout.getValue(), new Layout(type, rows, columns, leadingDimension));
    return result;
  }

  @Override
  public int cublasLtMatrixLayoutSetAttribute(
      long layout, int attribute, Pointer value, long bytes) {
    return set(layout, attribute, value, bytes);
  }

  @Override
  public int cublasLtMatrixLayoutDestroy(long layout) {
    return destroy(layout);
  }

  @Override
  public int cublasLtMatmulPreferenceCreate(LongByReference preference) {
    return create("cublasLtMatmulPreferenceCreate", preference);
  }

  @Override
  public int cublasLtMatmulPreferenceSetAttribute(
      long preference, int attribute, Pointer value, long bytes) {
    return set(preference, attribute, value, bytes);
  }

  @Override
  public int cublasLtMatmulPreferenceDestroy(long preference) {
    return destroy(preference);
  }

  @Override
  public int cublasLtMatmulAlgoGetHeuristic(
      long handle,
      long description,
      long layoutA,
      long layoutB,
      long layoutC,
      long layoutD,
      long preference,
      int wanted,
      Pointer results,
      IntByReference count) {
    choices++;
    count.setValue(found);
    return failures.getOrDefault("cublasLtMatmulAlgoGetHeuristic", 0);
  }

  @Override
  public int cublasLtMatmul(
      long handle,
      long description,
      Pointer alpha,
      long a,
      long layoutA,
      long b,
      long layoutB,
      Pointer beta,
      long c,
      long layoutC,
      long d,
      long layoutD,
      Pointer algorithm,
      long workspace,
      long workspaceBytes,
      long stream) {
    long batches = open.get(layoutD).getOrDefault(5, 1L);
    for (long batch = 0; batch < batches; batch++) {
      multiply(
          description,
          new float[] {alpha.getFloat(0), beta.getFloat(0)},
          layouts.get(layoutA),
          a + stride(layoutA) * batch,
          layouts.get(layoutB),
          b + stride(layoutB) * batch,
          layouts.get(layoutD),
          d + stride(layoutD) * batch);
    }
    return failures.getOrDefault("cublasLtMatmul", 0);
  }

  private long stride(long layout) {
    return open.get(layout).getOrDefault(6, 0L) * layouts.get(layout).width();
  }

  private void multiply(
      long description, float[] factors, Layout a, long at, Layout b, long bt, Layout d, long dt) {
    boolean transposeA = open.get(description).getOrDefault(3, 0L) == 1;
    boolean transposeB = open.get(description).getOrDefault(4, 0L) == 1;
    long inner = transposeA ? a.rows : a.columns;
    if (inner != (transposeB ? b.columns : b.rows)) {
      throw new AssertionError(a + " and " + b + " do not fit");
    }
    for (long row = 0; row < d.rows; row++) {
      for (long column = 0; column < d.columns; column++) {
        float sum = 0;
        for (long k = 0; k < inner; k++) {
          sum +=
              (transposeA ? a.get(at, k, row) : a.get(at, row, k))
                  * (transposeB ? b.get(bt, column, k) : b.get(bt, k, column));
        }
        float before = factors[1] == 0 ? 0 : factors[1] * d.get(dt, row, column);
        d.put(dt, row, column, factors[0] * sum + before);
      }
    }
  }

  @Override
  public String cublasLtGetStatusString(int status) {
    return "status " + status;
  }
}
