// cuSOLVER, as far as OwLore calls it: eigenvectors of a symmetric matrix by Jacobi's rotations. Only the lower triangle
// is read, and eigenvectors become columns in ascending order of their values, column by column.
#include <math.h>
#include <algorithm>
#include <numeric>
#include <vector>
#include "emulator.h"

namespace {
enum { CUSOLVER_INVALID_VALUE = 3, EXECUTION_FAILED = 6 };
const int MOST_SWEEPS = 60;

struct Handle { void* stream = nullptr; };

typedef std::vector<double> Matrix;

double off_diagonal(const Matrix& a, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < i; j++) sum += a[i * n + j] * a[i * n + j];
  }
  return sum;
}

// Makes a[p][q] zero; rows of v take part.
void rotate(Matrix& a, Matrix& v, int n, int p, int q) {
  if (a[p * n + q] == 0) return;
  const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  const double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
  const double cosine = 1 / sqrt(t * t + 1), sine = t * cosine;
  const auto turn = [=](double& x, double& y) {
    const double old = x;
    x = cosine * old - sine * y;
    y = sine * old + cosine * y;
  };
  for (int k = 0; k < n; k++) turn(a[k * n + p], a[k * n + q]);
  for (int k = 0; k < n; k++) turn(a[p * n + k], a[q * n + k]);
  for (int k = 0; k < n; k++) turn(v[p * n + k], v[q * n + k]);
}

int decompose(int n, float* matrix, float* values) {
  Matrix a(n * n), v(n * n, 0);
  for (int column = 0; column < n; column++) {
    for (int row = column; row < n; row++) a[row * n + column] = a[column * n + row] = matrix[column * n + row];
    v[column * n + column] = 1;
  }
  const double scale = std::inner_product(a.begin(), a.end(), a.begin(), 0.0);
  for (int sweep = 0; off_diagonal(a, n) > 1e-24 * scale; sweep++) {
    if (sweep == MOST_SWEEPS) return n;
    for (int p = 0; p < n; p++) {
      for (int q = p + 1; q < n; q++) rotate(a, v, n, p, q);
    }
  }
  if (!(scale < INFINITY)) return 1;
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int x, int y) { return a[x * n + x] < a[y * n + y]; });
  for (int column = 0; column < n; column++) {
    values[column] = (float)a[order[column] * n + order[column]];
    for (int row = 0; row < n; row++) matrix[column * n + row] = (float)v[order[column] * n + row];
  }
  return 0;
}
}  // namespace

extern "C" {
int cusolverDnCreate(Handle** handle) { *handle = new Handle; emulator_note(1); return OK; }
int cusolverDnDestroy(Handle* handle) { delete handle; emulator_note(-1); return OK; }
int cusolverDnSetStream(Handle* handle, void* stream) { handle->stream = stream; return OK; }

int cusolverDnSsyevd_bufferSize(Handle*, int vectors, int triangle, int size, const float*, int leading, const float*,
                                int* length) {
  *length = 2 * size * size + 6 * size + 1;
  return vectors == 1 && triangle == 0 && leading == size && size > 0 ? OK : CUSOLVER_INVALID_VALUE;
}

int cusolverDnSsyevd(Handle* handle, int vectors, int triangle, int size, float* matrix, int leading, float* values,
                     float* work, int length, int* information) {
  if (vectors != 1 || triangle != 0 || leading != size || length < 2 * size * size) return CUSOLVER_INVALID_VALUE;
  const int result = emulator_enqueue(handle->stream, [=]() -> int {
    const bool there = emulator_has(matrix, 4L * size * size) && emulator_has(values, 4L * size) &&
                       emulator_has(work, 4L * length) && emulator_has(information, 4);
    if (!there) return ILLEGAL_ADDRESS;
    *information = decompose(size, matrix, values);
    return OK;
  });
  return result ? EXECUTION_FAILED : OK;
}
}
