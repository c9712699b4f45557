// The passes over an attention (Dao, FlashAttention-2, arXiv 2307.08691): a block has OWNED rows or columns, 16 in each
// warp, and goes over the others in tiles of TILE. Nothing is added up by several blocks, so that results are the same
// every time. Follows fragment.cu.

#define INFINITE real_of(0x7f800000u)
#define NO_NUMBER real_of(0x7fc00000u)

typedef Layout<ROWS, DEPTH, QUERY_TRANSPOSED> Query;
typedef Layout<COLUMNS, DEPTH, KEY_TRANSPOSED> Key;
typedef Layout<COLUMNS, VALUE_DEPTH, VALUE_TRANSPOSED> Value;
typedef Layout<ROWS, VALUE_DEPTH, OUTPUT_TRANSPOSED> Output;
typedef Layout<ROWS, VALUE_DEPTH, OUTPUT_GRADIENT_TRANSPOSED> OutputGradient;
typedef Layout<ROWS, DEPTH, QUERY_GRADIENT_TRANSPOSED> QueryGradient;
typedef Layout<COLUMNS, DEPTH, KEY_GRADIENT_TRANSPOSED> KeyGradient;
typedef Layout<COLUMNS, VALUE_DEPTH, VALUE_GRADIENT_TRANSPOSED> ValueGradient;

typedef Tile<Number, OWNED, TILE> Pairs;
template <int depth> using Own = Tile<Number, OWNED, depth>;
template <int depth> using Other = Tile<Number, TILE, depth>;

// Pairs beyond the edges of the matrices are no pairs.
INLINE bool is_row(int row) { return row < ROWS; }
INLINE bool is_column(int column) { return column < COLUMNS; }

// What a block has of one batch: positions from the first on.
template <int positions>
struct Share {
  static constexpr int blocks = (positions + OWNED - 1) / OWNED;
  const int batch = (int)blockIdx.x / blocks;
  const int first = (int)blockIdx.x % blocks * OWNED;
  // The position of a lane's element.
  __device__ int own(int i) const { return first + warp() * 16 + row_of(i); }
};

INLINE float over_quad(float number) {
  number += __shfl_xor_sync(ALL_LANES, number, 1);
  return number + __shfl_xor_sync(ALL_LANES, number, 2);
}

INLINE float maximum_over_quad(float number) {
  number = fmaxf(number, __shfl_xor_sync(ALL_LANES, number, 1));
  return fmaxf(number, __shfl_xor_sync(ALL_LANES, number, 2));
}

// Turns products into scores; those of no pair into minus infinity, which has no weight.
template <typename Score>
INLINE void to_scores(Fragment<TILE>& products, const Score& score, const Share<ROWS>& share, int first_column) {
#pragma unroll
  for (int part = 0; part < Fragment<TILE>::parts; part++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int row = share.own(i), column = first_column + column_of(part, i);
      products.at[part][i] = is_row(row) && is_column(column)
                                 ? score.of(products.at[part][i], share.batch, row, column)
                                 : -INFINITE;
    }
  }
}

// The softmax of rows of which a part is known at a time; a lane has elements of two rows.
struct Softmax {
  float maximum[2] = {-INFINITE, -INFINITE};  // a score that is no number shows in the sum, not here
  float sum[2] = {0.0f, 0.0f};                // of the lane's own elements
  float shrinkage[2];                         // what sums made before are to be multiplied by

  // Turns scores into exponentials, as multiples of that of the largest score so far.
  __device__ void take(Fragment<TILE>& scores) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      float largest = maximum[half];
#pragma unroll
      for (int part = 0; part < Fragment<TILE>::parts; part++) {
        largest = fmaxf(largest, fmaxf(scores.at[part][2 * half], scores.at[part][2 * half + 1]));
      }
      largest = maximum_over_quad(largest);
      const float base = largest == -INFINITE ? 0.0f : largest;
      shrinkage[half] = expf(maximum[half] - base);
      maximum[half] = largest;
      sum[half] *= shrinkage[half];
#pragma unroll
      for (int part = 0; part < Fragment<TILE>::parts; part++) {
#pragma unroll
        for (int i = 2 * half; i < 2 * half + 2; i++) {
          scores.at[part][i] = expf(scores.at[part][i] - base);
          sum[half] += scores.at[part][i];
        }
      }
    }
  }
};

template <int columns>
INLINE void multiply_rows(Fragment<columns>& fragment, const float (&factors)[2]) {
#pragma unroll
  for (int part = 0; part < Fragment<columns>::parts; part++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      fragment.at[part][i] *= factors[i / 2];
    }
  }
}

template <typename Score>
INLINE void attend_output(const Number* query, const Number* key, const Number* value, Number* output,
                          const Score& score) {
  __shared__ Own<DEPTH> queries;
  __shared__ Other<DEPTH> keys;
  __shared__ Other<VALUE_DEPTH> values;
  __shared__ Pairs weights;
  const Share<ROWS> share;
  load<Query>(queries, Query::of_batch(query, share.batch), share.first);
  Softmax softmax;
  Fragment<VALUE_DEPTH> outputs;
  outputs.clear();
#pragma unroll 1
  for (int column = 0; column < COLUMNS; column += TILE) {
    load<Key>(keys, Key::of_batch(key, share.batch), column);
    load<Value>(values, Value::of_batch(value, share.batch), column);
    __syncthreads();
    Fragment<TILE> scores;
    scores.clear();
    add_dots(scores, queries, keys);
    to_scores(scores, score, share, column);
    softmax.take(scores);
    multiply_rows(outputs, softmax.shrinkage);
    put(weights, scores);
    add_mixtures(outputs, weights, values);
    __syncthreads();
  }
  const float shares[2] = {1.0f / over_quad(softmax.sum[0]), 1.0f / over_quad(softmax.sum[1])};
  multiply_rows(outputs, shares);
  store<Output>(Output::of_batch(output, share.batch), share.first, outputs);
}

// What the backward passes know of a row; as it lies in memory.
struct Statistics {
  float largest;     // of its scores
  float reciprocal;  // of the sum of exp(score - largest); no number if all scores are minus infinity
  float mean;        // of weight gradients, by weight
};

// Turns the product of a pair into its weight, and the gradient of its weight into that of its product.
template <typename Score, typename ProductGradient>
INLINE void differentiate(float& product, float& gradient, const Statistics& of_row, const Score& score,
                          const ProductGradient& product_gradient, int batch, int row, int column) {
  float weight = 0.0f;
  if (is_row(row) && is_column(column)) {
    weight = expf(score.of(product, batch, row, column) - of_row.largest) * of_row.reciprocal;
    gradient = product_gradient.of(product, weight * (gradient - of_row.mean), batch, row, column);
  } else {
    gradient = 0.0f;
  }
  product = weight;
}

// What a block that has rows keeps in shared memory.
struct RowTiles {
  Own<DEPTH> queries;
  Own<VALUE_DEPTH> output_gradients;
  union {
    Other<DEPTH> keys;
    Other<VALUE_DEPTH> values;
  };
  Pairs gradients;

  // Products and weight gradients of a tile of columns, whose keys are there afterwards.
  __device__ void multiply(const Number* key, const Number* value, int column, Fragment<TILE>& products,
                           Fragment<TILE>& weight_gradients) {
    __syncthreads();  // another warp may still be reading the keys before
    load<Value>(values, value, column);
    __syncthreads();
    weight_gradients.clear();
    add_dots(weight_gradients, output_gradients, values);
    __syncthreads();
    load<Key>(keys, key, column);
    __syncthreads();
    products.clear();
    add_dots(products, queries, keys);
  }
};

// The statistics of a lane's two rows.
template <typename Score>
INLINE void find_statistics(RowTiles& tiles, const Number* key, const Number* value, const Share<ROWS>& share,
                            const Score& score, Statistics (&statistics)[2]) {
  Softmax softmax;
  float mean[2] = {0.0f, 0.0f};
#pragma unroll 1
  for (int column = 0; column < COLUMNS; column += TILE) {
    Fragment<TILE> scores, weight_gradients;
    tiles.multiply(key, value, column, scores, weight_gradients);
    to_scores(scores, score, share, column);
    softmax.take(scores);
#pragma unroll
    for (int half = 0; half < 2; half++) {
      mean[half] *= softmax.shrinkage[half];
#pragma unroll
      for (int part = 0; part < Fragment<TILE>::parts; part++) {
#pragma unroll
        for (int i = 2 * half; i < 2 * half + 2; i++) {
          mean[half] += scores.at[part][i] * weight_gradients.at[part][i];
        }
      }
    }
  }
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const float sum = over_quad(softmax.sum[half]);
    const float reciprocal = sum > 0.0f ? 1.0f / sum : NO_NUMBER;
    statistics[half] = Statistics{softmax.maximum[half], reciprocal, over_quad(mean[half]) * reciprocal};
  }
}

template <typename Score, typename ProductGradient>
INLINE void attend_rows(const Number* query, const Number* key, const Number* value, const Number* output_gradient,
                        Number* query_gradient, Statistics* all_statistics, const Score& score,
                        const ProductGradient& product_gradient) {
  __shared__ RowTiles tiles;
  const Share<ROWS> share;
  load<Query>(tiles.queries, Query::of_batch(query, share.batch), share.first);
  load<OutputGradient>(tiles.output_gradients, OutputGradient::of_batch(output_gradient, share.batch), share.first);
  const Number *keys = Key::of_batch(key, share.batch), *values = Value::of_batch(value, share.batch);
  Statistics statistics[2];
  find_statistics(tiles, keys, values, share, score, statistics);
  Fragment<DEPTH> query_gradients;
  query_gradients.clear();
#pragma unroll 1
  for (int first_column = 0; first_column < COLUMNS; first_column += TILE) {
    Fragment<TILE> products, gradients;
    tiles.multiply(keys, values, first_column, products, gradients);
#pragma unroll
    for (int part = 0; part < Fragment<TILE>::parts; part++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        differentiate(products.at[part][i], gradients.at[part][i], statistics[i / 2], score, product_gradient,
                      share.batch, share.own(i), first_column + column_of(part, i));
      }
    }
    put(tiles.gradients, gradients);
    add_mixtures(query_gradients, tiles.gradients, tiles.keys);
  }
  store<QueryGradient>(QueryGradient::of_batch(query_gradient, share.batch), share.first, query_gradients);
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int row = share.own(2 * half);
    if (lane() % 4 == 0 && is_row(row)) {
      all_statistics[(integer)share.batch * ROWS + row] = statistics[half];
    }
  }
}

template <typename Score, typename ProductGradient>
INLINE void attend_columns(const Number* query, const Number* key, const Number* value, const Number* output_gradient,
                           const Statistics* all_statistics, Number* key_gradient, Number* value_gradient,
                           const Score& score, const ProductGradient& product_gradient) {
  __shared__ Own<DEPTH> keys;
  __shared__ Own<VALUE_DEPTH> values;
  __shared__ Other<DEPTH> queries;
  __shared__ Other<VALUE_DEPTH> output_gradients;
  __shared__ Pairs pairs;
  const Share<COLUMNS> share;
  load<Key>(keys, Key::of_batch(key, share.batch), share.first);
  load<Value>(values, Value::of_batch(value, share.batch), share.first);
  Fragment<DEPTH> key_gradients;
  Fragment<VALUE_DEPTH> value_gradients;
  key_gradients.clear();
  value_gradients.clear();
#pragma unroll 1
  for (int first_row = 0; first_row < ROWS; first_row += TILE) {
    load<Query>(queries, Query::of_batch(query, share.batch), first_row);
    load<OutputGradient>(output_gradients, OutputGradient::of_batch(output_gradient, share.batch), first_row);
    __syncthreads();
    Fragment<TILE> weights, gradients;
    weights.clear();
    gradients.clear();
    add_dots(weights, keys, queries);
    add_dots(gradients, values, output_gradients);
#pragma unroll
    for (int part = 0; part < Fragment<TILE>::parts; part++) {
#pragma unroll
      for (int side = 0; side < 2; side++) {
        const int row = first_row + column_of(part, side);
        const Statistics none = {};
        const Statistics statistics = is_row(row) ? all_statistics[(integer)share.batch * ROWS + row] : none;
#pragma unroll
        for (int i = side; i < 4; i += 2) {
          differentiate(weights.at[part][i], gradients.at[part][i], statistics, score, product_gradient, share.batch,
                        row, share.own(i));
        }
      }
    }
    put(pairs, weights);
    add_mixtures(value_gradients, pairs, output_gradients);
    put(pairs, gradients);
    add_mixtures(key_gradients, pairs, queries);
    __syncthreads();
  }
  store<KeyGradient>(KeyGradient::of_batch(key_gradient, share.batch), share.first, key_gradients);
  store<ValueGradient>(ValueGradient::of_batch(value_gradient, share.batch), share.first, value_gradients);
}

