// cuBLASLt, as far as OwLore calls it: attributes must have the sizes that the real one asks for, and a product is
// computed one number after another. Matrices lie column by column.
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <map>
#include "emulator.h"

namespace {
enum { CUBLAS_INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum { R_32F = 0, R_16F = 2, R_16BF = 14 };
enum { COMPUTE_32F = 68, COMPUTE_32F_FAST_TF32 = 77 };
const uint64_t KNOWN_ALGORITHM = 0x0b5e55ed0b5e55ed;

// Something with attributes: how many bytes each has, and its value.
struct Attributes {
  std::map<int, size_t> sizes;
  std::map<int, int64_t> values;
  int set(int attribute, const void* value, size_t bytes) {
    if (!sizes.count(attribute) || sizes[attribute] != bytes) return CUBLAS_INVALID_VALUE;
    values[attribute] = 0;
    memcpy(&values[attribute], value, bytes);
    return OK;
  }
};

struct Description : Attributes { bool transposed(int attribute) { return values[attribute] == 1; } };

struct Layout : Attributes {
  int type; uint64_t rows, columns; int64_t leading;
  int64_t batches() { return values[5]; }
  int64_t stride() { return values[6]; }
  size_t width() const { return type == R_32F ? 4 : 2; }
  size_t bytes() { return ((batches() - 1) * stride() + (columns - 1) * leading + rows) * width(); }
};

struct Algorithm { uint64_t data[8]; };
struct Result { Algorithm algorithm; size_t workspace; int state; float waves; int reserved[4]; };

float real_of(uint32_t bits) { float real; memcpy(&real, &bits, 4); return real; }

uint32_t bits_of(float real) { uint32_t bits; memcpy(&bits, &real, 4); return bits; }

float from_half(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const float size = exponent == 31 ? (fraction ? NAN : INFINITY)
                     : exponent     ? ldexpf((float)(fraction | 1024), exponent - 25)
                                    : ldexpf((float)fraction, -24);
  return bits >> 15 ? -size : size;
}

uint16_t to_half(float real) {
  const uint16_t sign = bits_of(real) >> 16 & 0x8000;
  const float size = fabsf(real);
  if (size != size) return 0x7fff;
  if (size >= 65520.0f) return sign | 0x7c00;
  const int exponent = size < ldexpf(1, -14) ? -14 : ilogbf(size);
  const int fraction = (int)rintf(ldexpf(size, 10 - exponent));  // 1024 or more unless subnormal
  return sign | (uint16_t)(((exponent + 14) << 10) + fraction);
}

uint16_t to_brain(float real) {
  const uint32_t bits = bits_of(real);
  return real != real ? 0x7fff : (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float read(const Layout& layout, const char* base, int64_t at) {
  if (layout.type == R_32F) return ((const float*)base)[at];
  const uint16_t bits = ((const uint16_t*)base)[at];
  return layout.type == R_16BF ? real_of((uint32_t)bits << 16) : from_half(bits);
}

void write(const Layout& layout, char* base, int64_t at, float value) {
  if (layout.type == R_32F) {
    ((float*)base)[at] = value;
  } else {
    ((uint16_t*)base)[at] = layout.type == R_16BF ? to_brain(value) : to_half(value);
  }
}

bool agree(Description& description, Layout& a, Layout& b, Layout& c) {
  const bool first = description.transposed(3), second = description.transposed(4);
  const bool shapes = (first ? a.columns : a.rows) == c.rows && (second ? b.rows : b.columns) == c.columns &&
                      (first ? a.rows : a.columns) == (second ? b.columns : b.rows);
  const bool types = a.type == b.type && (c.type == a.type || c.type == R_32F);
  return shapes && types && a.batches() == c.batches() && b.batches() == c.batches() && a.rows * a.columns > 0;
}

void multiply(bool first, bool second, float alpha, const char* a, Layout la, const char* b, Layout lb, float beta,
              char* c, Layout lc) {
  const int64_t inner = first ? la.rows : la.columns;
  for (int64_t batch = 0; batch < lc.batches(); batch++) {
    for (int64_t column = 0; column < (int64_t)lc.columns; column++) {
      for (int64_t row = 0; row < (int64_t)lc.rows; row++) {
        float sum = 0;
        for (int64_t k = 0; k < inner; k++) {
          sum += read(la, a, batch * la.stride() + (first ? row * la.leading + k : k * la.leading + row)) *
                 read(lb, b, batch * lb.stride() + (second ? k * lb.leading + column : column * lb.leading + k));
        }
        const int64_t at = batch * lc.stride() + column * lc.leading + row;
        write(lc, c, at, beta == 0 ? alpha * sum : alpha * sum + beta * read(lc, c, at));
      }
    }
  }
}

template <typename T> int created(T** place, T* thing) { *place = thing; emulator_note(1); return OK; }

template <typename T> int destroyed(T* thing) { delete thing; emulator_note(-1); return OK; }
}  // namespace

extern "C" {
int cublasLtCreate(int** handle) { return created(handle, new int); }
int cublasLtDestroy(int* handle) { return destroyed(handle); }

int cublasLtMatmulDescCreate(Description** description, int compute, int scale) {
  if ((compute != COMPUTE_32F && compute != COMPUTE_32F_FAST_TF32) || scale != R_32F) return NOT_SUPPORTED;
  return created(description, new Description{{{{3, 4}, {4, 4}}, {}}});
}
int cublasLtMatmulDescSetAttribute(Description* description, int attribute, const void* value, size_t bytes) {
  return description->set(attribute, value, bytes);
}
int cublasLtMatmulDescDestroy(Description* description) { return destroyed(description); }

int cublasLtMatrixLayoutCreate(Layout** layout, int type, uint64_t rows, uint64_t columns, int64_t leading) {
  if ((type != R_32F && type != R_16F && type != R_16BF) || leading < (int64_t)rows) return CUBLAS_INVALID_VALUE;
  return created(layout, new Layout{{{{5, 4}, {6, 8}}, {{5, 1}, {6, 0}}}, type, rows, columns, leading});
}
int cublasLtMatrixLayoutSetAttribute(Layout* layout, int attribute, const void* value, size_t bytes) {
  return layout->set(attribute, value, bytes);
}
int cublasLtMatrixLayoutDestroy(Layout* layout) { return destroyed(layout); }

int cublasLtMatmulPreferenceCreate(Attributes** preference) {
  return created(preference, new Attributes{{{1, 8}, {5, 4}, {6, 4}, {7, 4}, {8, 4}}, {}});
}
int cublasLtMatmulPreferenceSetAttribute(Attributes* preference, int attribute, const void* value, size_t bytes) {
  return preference->set(attribute, value, bytes);
}
int cublasLtMatmulPreferenceDestroy(Attributes* preference) { return destroyed(preference); }

int cublasLtMatmulAlgoGetHeuristic(int*, Description* description, Layout* a, Layout* b, Layout* c, Layout* d,
                                   Attributes* preference, int wanted, Result* results, int* found) {
  if (wanted != 1 || c != d || !agree(*description, *a, *b, *c)) return NOT_SUPPORTED;
  *results = Result();
  results->algorithm.data[0] = KNOWN_ALGORITHM;
  for (int matrix = 0; matrix < 4; matrix++) results->algorithm.data[matrix + 1] = preference->values[matrix + 5];
  results->workspace = preference->values[1];
  *found = 1;
  return OK;
}

int cublasLtMatmul(int*, Description* description, const float* alpha, const char* a, Layout* la, const char* b,
                   Layout* lb, const float* beta, const char* c, Layout* lc, char* d, Layout* ld,
                   const Algorithm* algorithm, char* workspace, size_t workspace_bytes, void* stream) {
  const uint64_t* chosen = algorithm->data;
  const bool aligned = chosen[1] && (uintptr_t)a % chosen[1] == 0 && (uintptr_t)b % chosen[2] == 0 &&
                       (uintptr_t)c % chosen[3] == 0 && (uintptr_t)d % chosen[4] == 0;
  const bool planned = chosen[0] == KNOWN_ALGORITHM && agree(*description, *la, *lb, *lc);
  if (!planned || !aligned || c != d || lc != ld) return CUBLAS_INVALID_VALUE;
  const bool first = description->transposed(3), second = description->transposed(4);
  const int result = emulator_enqueue(
      stream, [=, alpha = *alpha, beta = *beta, la = *la, lb = *lb, lc = *lc]() mutable -> int {
        const bool there = emulator_has(a, la.bytes()) && emulator_has(b, lb.bytes()) && emulator_has(d, lc.bytes());
        if (!there || !emulator_has(workspace, workspace_bytes)) return ILLEGAL_ADDRESS;
        memset(workspace, 0xff, workspace_bytes < 4096 ? workspace_bytes : 4096);
        multiply(first, second, alpha, a, la, b, lb, beta, d, lc);
        return OK;
      });
  return result ? EXECUTION_FAILED : OK;
}

const char* cublasLtGetStatusString(int status) {
  return status == NOT_SUPPORTED ? "CUBLAS_STATUS_NOT_SUPPORTED" : "CUBLAS_STATUS_OF_THE_EMULATOR";
}
}
