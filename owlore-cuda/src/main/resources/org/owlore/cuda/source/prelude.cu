// What generated kernels are written in. Compiles by NVRTC without any header; tests compile it for the host, too.
typedef long long integer;
typedef unsigned long long bits64;
struct bfloat16 { unsigned short bits; };
struct float16 { unsigned short bits; };

#define INLINE static __device__ __forceinline__

// ---- bits ----

INLINE float real_of(unsigned int bits) {
  union { unsigned int bits; float real; } both;
  both.bits = bits;
  return both.real;
}

INLINE unsigned int bits_of(float real) {
  union { unsigned int bits; float real; } both;
  both.real = real;
  return both.bits;
}

INLINE bfloat16 to_bfloat16(float real) {
  const unsigned int bits = bits_of(real);
  bfloat16 narrow;
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    narrow.bits = (unsigned short)((bits >> 16) | 0x40u);  // rounding could make an infinity of what is no number
  } else {
    narrow.bits = (unsigned short)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
  }
  return narrow;
}

INLINE float from_bfloat16(bfloat16 narrow) { return real_of((unsigned int)narrow.bits << 16); }

#ifdef __CUDA_ARCH__
INLINE float16 to_float16(float real) {
  float16 narrow;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(narrow.bits) : "f"(real));
  return narrow;
}

INLINE float from_float16(float16 narrow) {
  float real;
  asm("cvt.f32.f16 %0, %1;" : "=f"(real) : "h"(narrow.bits));
  return real;
}
#else
INLINE float16 to_float16(float real) {
  const unsigned int bits = bits_of(real), magnitude = bits & 0x7fffffffu;
  unsigned int narrow;
  if (magnitude > 0x7f800000u) {
    narrow = 0x7fffu;
  } else if (magnitude >= 0x477ff000u) {
    narrow = 0x7c00u;
  } else if (magnitude < 0x38800000u) {
    narrow = bits_of(real_of(magnitude) + 0.5f) - 0x3f000000u;  // adding 0.5 rounds at the last bit of a subnormal
  } else {
    narrow = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
  }
  float16 result;
  result.bits = (unsigned short)(narrow | ((bits >> 16) & 0x8000u));
  return result;
}

INLINE float from_float16(float16 narrow) {
  const unsigned int magnitude = narrow.bits & 0x7fffu, sign = (narrow.bits & 0x8000u) << 16;
  if (magnitude >= 0x7c00u) {
    return real_of(((magnitude & 0x3ffu) << 13) | 0x7f800000u | sign);
  }
  if (magnitude < 0x400u) {
    const float subnormal = (float)magnitude * 5.9604644775390625e-8f;
    return real_of(bits_of(subnormal) | sign);
  }
  return real_of(((magnitude << 13) + 0x38000000u) | sign);
}
#endif

// ---- memory ----

INLINE float read(const float* place) { return *place; }
INLINE float read(const bfloat16* place) { return from_bfloat16(*place); }
INLINE float read(const float16* place) { return from_float16(*place); }
INLINE integer read(const int* place) { return *place; }
INLINE integer read(const integer* place) { return *place; }
INLINE bool read(const unsigned char* place) { return *place != 0; }

INLINE void write(float* place, float value) { *place = value; }
INLINE void write(bfloat16* place, float value) { *place = to_bfloat16(value); }
INLINE void write(float16* place, float value) { *place = to_float16(value); }
INLINE void write(int* place, integer value) { *place = (int)(unsigned int)(bits64)value; }
INLINE void write(integer* place, integer value) { *place = value; }
INLINE void write(unsigned char* place, bool value) { *place = value ? 1 : 0; }

// ---- positions ----

INLINE int quotient(int a, int b) { return (int)((unsigned int)a / (unsigned int)b); }
INLINE integer quotient(integer a, integer b) { return (integer)((bits64)a / (bits64)b); }
INLINE int remainder_of(int a, int b) { return (int)((unsigned int)a % (unsigned int)b); }
INLINE integer remainder_of(integer a, integer b) { return (integer)((bits64)a % (bits64)b); }

template <typename T>
INLINE T floor_remainder(T a, T b) {
  const T rest = a % b;
  return rest < 0 ? rest + b : rest;
}

template <typename T>
INLINE T floor_quotient(T a, T b) {
  return (a - floor_remainder(a, b)) / b;
}

// ---- functions: whole numbers wrap around as Java's do ----

INLINE float apply_add(float a, float b) { return a + b; }
INLINE integer apply_add(integer a, integer b) { return (integer)((bits64)a + (bits64)b); }
INLINE float apply_subtract(float a, float b) { return a - b; }
INLINE integer apply_subtract(integer a, integer b) { return (integer)((bits64)a - (bits64)b); }
INLINE float apply_multiply(float a, float b) { return a * b; }
INLINE integer apply_multiply(integer a, integer b) { return (integer)((bits64)a * (bits64)b); }
INLINE float apply_divide(float a, float b) { return a / b; }
INLINE integer apply_divide(integer a, integer b) {
  return b == 0 ? 0 : b == -1 ? (integer)(0 - (bits64)a) : a / b;
}
INLINE float apply_remainder(float a, float b) { return fmodf(a, b); }
INLINE integer apply_remainder(integer a, integer b) { return b == 0 || b == -1 ? 0 : a % b; }
INLINE float apply_power(float a, float b) { return powf(a, b); }
INLINE float apply_maximum(float a, float b) { return fmaxf(a, b); }
INLINE integer apply_maximum(integer a, integer b) { return a > b ? a : b; }
INLINE float apply_minimum(float a, float b) { return fminf(a, b); }
INLINE integer apply_minimum(integer a, integer b) { return a < b ? a : b; }
INLINE float apply_negate(float a) { return -a; }
INLINE integer apply_negate(integer a) { return (integer)(0 - (bits64)a); }
INLINE float apply_absolute(float a) { return fabsf(a); }
INLINE integer apply_absolute(integer a) { return a < 0 ? apply_negate(a) : a; }
INLINE float apply_sign(float a) { return (float)((a > 0.0f) - (a < 0.0f)); }
INLINE integer apply_sign(integer a) { return (a > 0) - (a < 0); }
INLINE float apply_square_root(float a) { return sqrtf(a); }
INLINE float apply_exponential(float a) { return expf(a); }
INLINE float apply_logarithm(float a) { return logf(a); }
INLINE float apply_tanh(float a) { return tanhf(a); }
INLINE float apply_sigmoid(float a) { return 1.0f / (1.0f + expf(-a)); }
INLINE float apply_error_function(float a) { return erff(a); }
INLINE float apply_sine(float a) { return sinf(a); }
INLINE float apply_cosine(float a) { return cosf(a); }
INLINE float apply_floor(float a) { return floorf(a); }
INLINE float apply_ceiling(float a) { return ceilf(a); }
INLINE float apply_round(float a) { return rintf(a); }
INLINE bool apply_is_finite(float a) { return (bits_of(a) & 0x7f800000u) != 0x7f800000u; }

template <typename T> INLINE bool apply_equal(T a, T b) { return a == b; }
template <typename T> INLINE bool apply_not_equal(T a, T b) { return a != b; }
template <typename T> INLINE bool apply_less(T a, T b) { return a < b; }
template <typename T> INLINE bool apply_less_or_equal(T a, T b) { return a <= b; }
template <typename T> INLINE T apply_select(bool condition, T a, T b) { return condition ? a : b; }

INLINE bool apply_and(bool a, bool b) { return a && b; }
INLINE bool apply_or(bool a, bool b) { return a || b; }
INLINE bool apply_not(bool a) { return !a; }

INLINE float apply_to_real(float a) { return a; }
INLINE float apply_to_real(integer a) { return (float)a; }
INLINE float apply_to_real(bool a) { return a ? 1.0f : 0.0f; }
INLINE integer apply_to_integer(float a) {
  if (a != a) {
    return 0;
  }
  if (a >= 9223372036854775808.0f) {
    return 9223372036854775807LL;
  }
  return a < -9223372036854775808.0f ? -9223372036854775807LL - 1 : (integer)a;
}
INLINE integer apply_to_integer(integer a) { return a; }
INLINE integer apply_to_integer(bool a) { return a ? 1 : 0; }
template <typename T> INLINE bool apply_to_truth(T a) { return a != T(0); }

INLINE float apply_to_bfloat16(float a) { return from_bfloat16(to_bfloat16(a)); }
INLINE float apply_to_float16(float a) { return from_float16(to_float16(a)); }
INLINE integer apply_bits_of_real(float a) { return (integer)bits_of(a); }
INLINE float apply_real_of_bits(integer a) { return real_of((unsigned int)(bits64)a); }
INLINE integer apply_exclusive_or(integer a, integer b) { return a ^ b; }
INLINE integer apply_bitwise_and(integer a, integer b) { return a & b; }
INLINE integer apply_shift_right(integer a, integer b) { return (integer)((bits64)a >> (b & 63)); }

// ---- reductions: each is started, takes numbers, and merges with its neighbours' ----

#define ALL_LANES 0xffffffffu

struct Sum {
  float value;
  INLINE Sum start() { return Sum{0.0f}; }
  __device__ void take(float number, integer) { value += number; }
  __device__ void merge(Sum other) { value += other.value; }
  __device__ Sum across(int distance) const { return Sum{__shfl_xor_sync(ALL_LANES, value, distance)}; }
  __device__ float result() const { return value; }
};

struct Product {
  float value;
  INLINE Product start() { return Product{1.0f}; }
  __device__ void take(float number, integer) { value *= number; }
  __device__ void merge(Product other) { value *= other.value; }
  __device__ Product across(int distance) const { return Product{__shfl_xor_sync(ALL_LANES, value, distance)}; }
  __device__ float result() const { return value; }
};

struct Maximum {
  float value;
  INLINE Maximum start() { return Maximum{real_of(0xff800000u)}; }
  __device__ void take(float number, integer) { value = fmaxf(value, number); }
  __device__ void merge(Maximum other) { value = fmaxf(value, other.value); }
  __device__ Maximum across(int distance) const { return Maximum{__shfl_xor_sync(ALL_LANES, value, distance)}; }
  __device__ float result() const { return value; }
};

struct Minimum {
  float value;
  INLINE Minimum start() { return Minimum{real_of(0x7f800000u)}; }
  __device__ void take(float number, integer) { value = fminf(value, number); }
  __device__ void merge(Minimum other) { value = fminf(value, other.value); }
  __device__ Minimum across(int distance) const { return Minimum{__shfl_xor_sync(ALL_LANES, value, distance)}; }
  __device__ float result() const { return value; }
};

struct IndexOfMaximum {
  float value;
  integer column;
  INLINE IndexOfMaximum start() { return IndexOfMaximum{real_of(0xff800000u), 9223372036854775807LL}; }
  __device__ void take(float number, integer at) { merge(IndexOfMaximum{number, at}); }
  __device__ void merge(IndexOfMaximum other) {
    if (other.value > value || (other.value == value && other.column < column)) {
      *this = other;
    }
  }
  __device__ IndexOfMaximum across(int distance) const {
    return IndexOfMaximum{__shfl_xor_sync(ALL_LANES, value, distance), __shfl_xor_sync(ALL_LANES, column, distance)};
  }
  __device__ integer result() const { return column == 9223372036854775807LL ? 0 : column; }
};

template <typename State>
INLINE State over_warp(State state) {
  for (int distance = 16; distance > 0; distance /= 2) {
    state.merge(state.across(distance));
  }
  return state;
}

// The same for all threads of a row, merged in an order that depends on nothing but their number.
template <int threads, typename State>
INLINE State over_row(State state) {
  state = over_warp(state);
  if (threads == 32) {
    return state;
  }
  __shared__ State parts[32];
  const int warp = (int)threadIdx.x / 32, lane = (int)threadIdx.x % 32;
  __syncthreads();  // a reduction before this one may still be reading
  if (lane == 0) {
    parts[warp] = state;
  }
  __syncthreads();
  return over_warp(lane < threads / 32 ? parts[lane] : State::start());
}

template <int threads>
INLINE void wait_for_row() {
  if (threads == 32) {
    __syncwarp();
  } else {
    __syncthreads();
  }
}

