// Symmetric matrices: what a linear map is made of.
#pragma once

#include <span>
#include <vector>

namespace loopbreaker::train {

/// Square, row after row.
struct Matrix {
  std::size_t n = 0;
  std::vector<double> at;

  explicit Matrix(std::size_t size) : n(size), at(size * size) {}
  double& operator()(std::size_t row, std::size_t column) { return at[row * n + column]; }
  double operator()(std::size_t row, std::size_t column) const { return at[row * n + column]; }
  static Matrix identity(std::size_t size);
};

Matrix product(const Matrix& a, const Matrix& b);
/// `share` of the identity, the rest of `m` at a mean diagonal of 1. REQUIRES: a positive diagonal.
Matrix shrunk(const Matrix& m, double share);
/// The matrix to a power, by its eigenvalues; those below a millionth of the largest count as that.
/// REQUIRES: `m` is symmetric and not negative.
Matrix power(const Matrix& m, double exponent);
/// `row` times `m`.
std::vector<double> product(std::span<const double> row, const Matrix& m);

}  // namespace loopbreaker::train
