// Matrices in shared memory and products of them, in which every warp has 16 rows. Follows prelude.cu and the
// constants of one attention.

INLINE int lane() { return (int)threadIdx.x % 32; }
INLINE int warp() { return (int)threadIdx.x / 32; }

// Some rows of a matrix in shared memory, filled up with zeros to a multiple of 16 columns. They lie 16 bytes further
// apart than they need to, so that what neighbouring rows hold in a column is in different banks.
template <typename Number, int rows, int columns>
struct Tile {
  static constexpr int width = (columns + 15) / 16 * 16;
  static constexpr int stride = width + 16 / (int)sizeof(Number);
  alignas(16) Number numbers[rows * stride];
};

// A warp's 16 rows of a matrix in registers: element [part][i] of a lane is in row_of(i), column_of(part, i). This is
// how mma.m16n8k16 wants its accumulators (PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type").
template <int columns>
struct Fragment {
  static constexpr int parts = (columns + 15) / 16 * 2;
  float at[parts][4];
  __device__ void clear() {
#pragma unroll
    for (int part = 0; part < parts; part++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        at[part][i] = 0.0f;
      }
    }
  }
};

INLINE int row_of(int i) { return lane() / 4 + i / 2 * 8; }
INLINE int column_of(int part, int i) { return part * 8 + lane() % 4 * 2 + i % 2; }

// ---- instructions; tests bring their own for the host ----

#ifdef __CUDA_ARCH__
INLINE unsigned int shared_address(const void* place) { return (unsigned int)__cvta_generic_to_shared(place); }

// Four matrices of 8 x 8 numbers of 16 bits. Lane 8 m + r says where row r of matrix m is; of matrix m, a lane is given
// columns 2 (lane % 4) and the next of row lane / 4 (PTX ISA, "ldmatrix").
INLINE void load_matrices(unsigned int (&matrices)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(matrices[0]), "=r"(matrices[1]), "=r"(matrices[2]), "=r"(matrices[3])
               : "r"(shared_address(row))
               : "memory");
}

// The same, but a lane is given rows 2 (lane % 4) and the next of column lane / 4.
INLINE void load_transposed_matrices(unsigned int (&matrices)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(matrices[0]), "=r"(matrices[1]), "=r"(matrices[2]), "=r"(matrices[3])
               : "r"(shared_address(row))
               : "memory");
}

// sums += a b, of 16 x 16 and 16 x 8 bfloat16. With r = lane / 4 and c = 2 (lane % 4), a holds columns c and c + 1 of
// rows r and r + 8, then columns c + 8 and c + 9 of them; b holds rows c and c + 1 of column r, then its rows c + 8 and
// c + 9.
INLINE void multiply_add(float (&sums)[4], const unsigned int (&a)[4], unsigned int b0, unsigned int b1) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

INLINE unsigned int bfloat16_pair(float low, float high) {
  unsigned int pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}
#else
INLINE unsigned int bfloat16_pair(float low, float high) {
  return to_bfloat16(low).bits | (unsigned int)to_bfloat16(high).bits << 16;
}
#endif

// ---- products ----

// sums[r, n] += sum over k of left[r, k] right[n, k]
template <int columns, int rows, int inner>
INLINE void add_dots(Fragment<columns>& sums, const Tile<bfloat16, rows, inner>& left,
                     const Tile<bfloat16, columns, inner>& right) {
  constexpr int stride = Tile<bfloat16, columns, inner>::stride;
#pragma unroll
  for (int k = 0; k < Tile<bfloat16, rows, inner>::width; k += 16) {
    unsigned int a[4], b[4];
    load_matrices(a, left.numbers + (warp() * 16 + lane() % 16) * stride + k + lane() / 16 * 8);
#pragma unroll
    for (int part = 0; part < Fragment<columns>::parts; part += 2) {
      const int row = part * 8 + lane() / 16 * 8 + lane() % 8;
      load_matrices(b, right.numbers + row * stride + k + lane() / 8 % 2 * 8);
      multiply_add(sums.at[part], a, b[0], b[1]);
      multiply_add(sums.at[part + 1], a, b[2], b[3]);
    }
  }
}

// sums[r, n] += sum over k of left[r, k] right[k, n]
template <int columns, int rows, int inner>
INLINE void add_mixtures(Fragment<columns>& sums, const Tile<bfloat16, rows, inner>& left,
                         const Tile<bfloat16, inner, columns>& right) {
  constexpr int left_stride = Tile<bfloat16, rows, inner>::stride, stride = Tile<bfloat16, inner, columns>::stride;
#pragma unroll
  for (int k = 0; k < inner; k += 16) {
    unsigned int a[4], b[4];
    load_matrices(a, left.numbers + (warp() * 16 + lane() % 16) * left_stride + k + lane() / 16 * 8);
#pragma unroll
    for (int part = 0; part < Fragment<columns>::parts; part += 2) {
      load_transposed_matrices(b, right.numbers + (k + lane() % 16) * stride + part * 8 + lane() / 16 * 8);
      multiply_add(sums.at[part], a, b[0], b[1]);
      multiply_add(sums.at[part + 1], a, b[2], b[3]);
    }
  }
}

template <int columns, int rows, int inner>
INLINE void add_dots(Fragment<columns>& sums, const Tile<float, rows, inner>& left,
                     const Tile<float, columns, inner>& right) {
  constexpr int stride = Tile<float, columns, inner>::stride;
#pragma unroll 4
  for (int k = 0; k < inner; k++) {
#pragma unroll
    for (int part = 0; part < Fragment<columns>::parts; part++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float factor = left.numbers[(warp() * 16 + row_of(i)) * stride + k];
        sums.at[part][i] = fmaf(factor, right.numbers[column_of(part, i) * stride + k], sums.at[part][i]);
      }
    }
  }
}

template <int columns, int rows, int inner>
INLINE void add_mixtures(Fragment<columns>& sums, const Tile<float, rows, inner>& left,
                         const Tile<float, inner, columns>& right) {
  constexpr int left_stride = Tile<float, rows, inner>::stride, stride = Tile<float, inner, columns>::stride;
#pragma unroll 4
  for (int k = 0; k < inner; k++) {
#pragma unroll
    for (int part = 0; part < Fragment<columns>::parts; part++) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float factor = left.numbers[(warp() * 16 + row_of(i)) * left_stride + k];
        sums.at[part][i] = fmaf(factor, right.numbers[k * stride + column_of(part, i)], sums.at[part][i]);
      }
    }
  }
}

INLINE void write_pair(float* place, float low, float high) {
  place[0] = low;
  place[1] = high;
}
INLINE void write_pair(bfloat16* place, float low, float high) { *(unsigned int*)place = bfloat16_pair(low, high); }

// Puts a warp's rows into shared memory, rounded to its type; only the warp itself may read them afterwards.
template <typename Number, int rows, int columns>
INLINE void put(Tile<Number, rows, columns>& tile, const Fragment<columns>& fragment) {
  __syncwarp();  // another lane may still be reading what was there
#pragma unroll
  for (int part = 0; part < Fragment<columns>::parts; part++) {
#pragma unroll
    for (int i = 0; i < 4; i += 2) {
      const int row = warp() * 16 + row_of(i);
      write_pair(tile.numbers + row * Tile<Number, rows, columns>::stride + column_of(part, i), fragment.at[part][i],
                 fragment.at[part][i + 1]);
    }
  }
  __syncwarp();
}

// ---- matrices in global memory ----

// Matrices of some positions, one after the other; a transposed one has the positions along its rows.
template <int of_positions, int of_depth, bool is_transposed>
struct Layout {
  static constexpr int positions = of_positions, depth = of_depth;
  static constexpr bool transposed = is_transposed;
  INLINE integer place(int position, int column) {
    return transposed ? (integer)column * positions + position : (integer)position * depth + column;
  }
  template <typename Number>
  INLINE Number* of_batch(Number* matrices, int batch) {
    return matrices + (integer)batch * positions * depth;
  }
};

struct alignas(16) Chunk { unsigned int words[4]; };

// Fills a tile with the positions from the first on, and with zeros where there are none.
template <typename Layout, typename Number, int rows>
INLINE void load(Tile<Number, rows, Layout::depth>& tile, const Number* matrix, int first) {
  typedef Tile<Number, rows, Layout::depth> Rows;
  constexpr int numbers = 16 / (int)sizeof(Number), chunks = Rows::width / numbers;
  if (!Layout::transposed && Layout::depth % numbers == 0 && (bits64)matrix % 16 == 0) {
#pragma unroll 4
    for (int i = (int)threadIdx.x; i < rows * chunks; i += THREADS) {
      const int row = i / chunks, column = i % chunks * numbers;
      const bool inside = first + row < Layout::positions && column < Layout::depth;
      const Chunk none = {};
      *(Chunk*)(tile.numbers + row * Rows::stride + column) =
          inside ? *(const Chunk*)(matrix + Layout::place(first + row, column)) : none;
    }
  } else {
#pragma unroll 4
    for (int i = (int)threadIdx.x; i < rows * Rows::width; i += THREADS) {
      const int row = Layout::transposed ? i % rows : i / Rows::width;
      const int column = Layout::transposed ? i / rows : i % Rows::width;
      const bool inside = first + row < Layout::positions && column < Layout::depth;
      const Number none = {};
      tile.numbers[row * Rows::stride + column] = inside ? matrix[Layout::place(first + row, column)] : none;
    }
  }
}

// Writes a warp's rows, of those that a block has from the first on.
template <typename Layout, typename Number>
INLINE void store(Number* matrix, int first, const Fragment<Layout::depth>& fragment) {
#pragma unroll
  for (int part = 0; part < Fragment<Layout::depth>::parts; part++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int position = first + warp() * 16 + row_of(i), column = column_of(part, i);
      if (position < Layout::positions && column < Layout::depth) {
        write(matrix + Layout::place(position, column), fragment.at[part][i]);
      }
    }
  }
}

