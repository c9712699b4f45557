package org.owlore.cuda.device;

import java.util.Set;
import lombok.Builder;
import lombok.Getter;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/**
 * One pass over an attention, which looks at all pairs of a row and a column without an array of
 * all pairs (Dao et al., FlashAttention, arXiv 2205.14135). For each of a number of batches:
 *
 * <pre>
 * product[r, c] = sum over d of query[r, d] key[c, d]
 * weight[r, c]  = softmax over c of score(product[r, c])
 * output[r, d]  = sum over c of weight[r, c] value[c, d]
 * </pre>
 *
 * and backwards, from the gradient of the output:
 *
 * <pre>
 * weightGradient[r, c]  = sum over d of outputGradient[r, d] value[c, d]
 * scoreGradient[r, c]   = weight[r, c] (weightGradient[r, c] - sum over k of weight[r, k] weightGradient[r, k])
 * productGradient[r, c] = productGradient(product[r, c], scoreGradient[r, c])
 * queryGradient[r, d]   = sum over c of productGradient[r, c] key[c, d]
 * keyGradient[c, d]     = sum over r of productGradient[r, c] query[r, d]
 * valueGradient[c, d]   = sum over r of weight[r, c] outputGradient[r, d]
 * </pre>
 *
 * Products and sums are made in float32; weights and gradients of products are rounded to the
 * operands' type before they are multiplied.
 *
 * @param pass what is computed
 * @param batches how many attentions there are, one after the other in each matrix's memory
 * @param rows positions that look: rows of query and output
 * @param columns positions that are looked at: rows of key and value
 * @param depth columns of query and key
 * @param valueDepth columns of value and output
 * @param operands how all matrices are stored: FLOAT32 or BFLOAT16
 * @param transposed matrices that lie in memory as {@code [depth, positions]} instead of {@code
 *     [positions, depth]}
 * @param score over all pairs, without reductions: its last dimension are the columns, the others
 *     together, in their order, batches and rows (as {@code [batch, head, position, columns]} may
 *     be); from the product (parameter 0, float32, read at the point itself) to the score
 *     (parameter 1, float32, written at the point itself); other parameters are arrays in memory
 *     that it reads
 * @param productGradient over the same space: from product and gradient of the score (parameters 0
 *     and 1) to the gradient of the product (parameter 2); null in a {@link Pass#OUTPUT} pass
 */
@Builder
public record Attention(
    @NonNull Pass pass,
    long batches,
    long rows,
    long columns,
    long depth,
    long valueDepth,
    @NonNull NumberType operands,
    @NonNull Set<Matrix> transposed,
    @NonNull Kernel score,
    Kernel productGradient) {

  /** The largest depth, and value depth, that a device has room for. */
  public static final long LARGEST_DEPTH = 128;

  /** What is known of each row after {@link Pass#ROWS}, numbers. */
  public static final int STATISTICS = 3;

  /** Copies the set. */
  public Attention {
    transposed = Set.copyOf(transposed);
  }

  /** How many arrays a pass works on. */
  public int arrays() {
    int ofScore = score.parameters().size() - 2;
    int ofGradient = productGradient == null ? 0 : productGradient.parameters().size() - 3;
    return pass.getNamed() + ofScore + ofGradient;
  }

  /** The matrices of an attention. */
  public enum Matrix {
    QUERY,
    KEY,
    VALUE,
    OUTPUT,
    OUTPUT_GRADIENT,
    QUERY_GRADIENT,
    KEY_GRADIENT,
    VALUE_GRADIENT
  }

  /**
   * What a pass computes. After the arrays that are named here come those of the score's parameters
   * from 2 on and, except for {@link #OUTPUT}, those of the gradient's parameters from 3 on.
   */
  @Getter
  @RequiredArgsConstructor
  public enum Pass {
    /** Reads query, key, value; writes output. */
    OUTPUT(3, 4),
    /**
     * Reads query, key, value, output gradient; writes query gradient and statistics: float32
     * {@code [batches, rows, 3]}, for each row its largest score, the reciprocal of the sum of
     * {@code exp(score - largest)}, and the sum of weights times weight gradients. (A logarithm of
     * the sum would be lost beside a largest score of -1e9, as masks make it.)
     */
    ROWS(4, 6),
    /**
     * Reads query, key, value, output gradient and statistics; writes key gradient and value
     * gradient.
     */
    COLUMNS(5, 7);

    /** How many arrays, the first ones, are read; those after them are written. */
    private final int read;

    /** How many arrays are named here. */
    private final int named;
  }
}
