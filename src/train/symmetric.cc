#include "train/symmetric.h"

#include <algorithm>
#include <cmath>

namespace loopbreaker::train {
namespace {

/// Cyclic Jacobi rotations: `m` becomes diagonal, the columns of the result are its eigenvectors.
Matrix diagonalise(Matrix& m) {
  const std::size_t n = m.n;
  Matrix vectors = Matrix::identity(n);
  for (int sweep = 0; sweep < 40; ++sweep) {
    double off = 0, all = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) (i == j ? all : off) += m(i, j) * m(i, j);
    if (off <= 1e-20 * all) break;
    for (std::size_t p = 0; p + 1 < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        if (m(p, q) == 0) continue;
        const double theta = (m(q, q) - m(p, p)) / (2 * m(p, q));
        const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const double kp = m(k, p), kq = m(k, q);
          m(k, p) = c * kp - s * kq;
          m(k, q) = s * kp + c * kq;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double pk = m(p, k), qk = m(q, k);
          m(p, k) = c * pk - s * qk;
          m(q, k) = s * pk + c * qk;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double kp = vectors(k, p), kq = vectors(k, q);
          vectors(k, p) = c * kp - s * kq;
          vectors(k, q) = s * kp + c * kq;
        }
      }
    }
  }
  return vectors;
}

}  // namespace

Matrix Matrix::identity(std::size_t size) {
  Matrix out(size);
  for (std::size_t i = 0; i < size; ++i) out(i, i) = 1;
  return out;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix out(a.n);
  for (std::size_t i = 0; i < a.n; ++i)
    for (std::size_t k = 0; k < a.n; ++k)
      for (std::size_t j = 0; j < a.n; ++j) out(i, j) += a(i, k) * b(k, j);
  return out;
}

Matrix shrunk(const Matrix& m, double share) {
  double trace = 0;
  for (std::size_t i = 0; i < m.n; ++i) trace += m(i, i);
  Matrix out = m;
  for (double& x : out.at) x *= (1 - share) * static_cast<double>(m.n) / trace;
  for (std::size_t i = 0; i < m.n; ++i) out(i, i) += share;
  return out;
}

Matrix power(const Matrix& m, double exponent) {
  Matrix values = m;
  const Matrix vectors = diagonalise(values);
  double largest = 0;
  for (std::size_t i = 0; i < m.n; ++i) largest = std::max(largest, values(i, i));
  Matrix out(m.n);
  for (std::size_t k = 0; k < m.n; ++k) {
    const double value = std::pow(std::max(values(k, k), 1e-6 * largest), exponent);
    for (std::size_t i = 0; i < m.n; ++i)
      for (std::size_t j = 0; j < m.n; ++j) out(i, j) += value * vectors(i, k) * vectors(j, k);
  }
  return out;
}

std::vector<double> product(std::span<const double> row, const Matrix& m) {
  std::vector<double> out(m.n);
  for (std::size_t i = 0; i < m.n; ++i)
    for (std::size_t j = 0; j < m.n; ++j) out[j] += row[i] * m(i, j);
  return out;
}

}  // namespace loopbreaker::train
