// Ridge logistic regression by L-BFGS; see course.h.
#include "train/course.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace loopbreaker::train {
namespace {

constexpr std::size_t kVector = 128;
using Weights = std::vector<double>;  // slots, then the vector, then the bias

double dot(const Weights& a, const Weights& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

class Objective {
 public:
  Objective(std::span<const Course* const> courses, const CourseSettings& s)
      : courses_(courses), s_(s), slots_(std::size_t{1} << s.bits) {
    const auto none = [](float x) { return x == 0; };
    const bool any = std::ranges::any_of(
        courses, [&](const Course* c) { return !std::ranges::all_of(c->vector, none); });
    vector_ = any ? kVector : 0;
  }

  std::size_t size() const { return slots_ + kVector + 1; }

  double at(const Weights& w, Weights& gradient) const {
    double loss = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      const double ridge = i < slots_ ? s_.ridge : i < slots_ + kVector ? s_.vector_ridge : 0;
      loss += 0.5 * ridge * w[i] * w[i];
      gradient[i] = ridge * w[i];
    }
    for (const Course* c : courses_) {
      double odds = w.back();
      for (const auto& [slot, x] : c->features) odds += w[slot] * x;
      for (std::size_t k = 0; k < vector_; ++k) odds += w[slots_ + k] * c->vector[k];
      const double p = 1 / (1 + std::exp(-odds));
      const double toward = c->positive ? odds : -odds;
      loss += c->weight *
              (toward > 0 ? std::log1p(std::exp(-toward)) : std::log1p(std::exp(toward)) - toward);
      const double g = c->weight * (p - (c->positive ? 1 : 0));
      for (const auto& [slot, x] : c->features) gradient[slot] += g * x;
      for (std::size_t k = 0; k < vector_; ++k) gradient[slots_ + k] += g * c->vector[k];
      gradient.back() += g;
    }
    return loss;
  }

 private:
  std::span<const Course* const> courses_;
  const CourseSettings& s_;
  std::size_t slots_;
  std::size_t vector_ = 0;  ///< numbers of it that are used: rows without one need not pay for it
};

// The two-loop recursion: the direction of descent from the last few steps.
struct Memory {
  static constexpr std::size_t kSteps = 8;
  std::deque<std::pair<Weights, Weights>> steps;  // differences of weights and of gradients

  Weights direction(const Weights& gradient) const {
    Weights d = gradient;
    std::vector<double> alpha(steps.size());
    for (std::size_t i = steps.size(); i-- > 0;) {
      const auto& [s, y] = steps[i];
      alpha[i] = dot(s, d) / dot(s, y);
      for (std::size_t k = 0; k < d.size(); ++k) d[k] -= alpha[i] * y[k];
    }
    const double scale = steps.empty() ? 1e-3
                                       : dot(steps.back().first, steps.back().second) /
                                             dot(steps.back().second, steps.back().second);
    for (double& x : d) x *= scale;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto& [s, y] = steps[i];
      const double beta = dot(y, d) / dot(s, y);
      for (std::size_t k = 0; k < d.size(); ++k) d[k] += (alpha[i] - beta) * s[k];
    }
    return d;
  }
};

}  // namespace

void add_up(Course& course, int bits) {
  std::vector<std::pair<std::uint32_t, float>> all;
  course.vector.fill(0);
  for (const Example& turn : course.turns) {
    const float x =
        turn.features.empty() ? 0.0F : 1.0F / std::sqrt(static_cast<float>(turn.features.size()));
    for (std::uint32_t f : turn.features) all.emplace_back(f >> (32 - bits), x);
    for (std::size_t k = 0; k < kVector; ++k) course.vector[k] += turn.vector[k];
  }
  std::ranges::stable_sort(all, {}, &std::pair<std::uint32_t, float>::first);
  course.features.clear();
  for (const auto& [slot, x] : all) {
    if (!course.features.empty() && course.features.back().first == slot) {
      course.features.back().second += x;
    } else {
      course.features.emplace_back(slot, x);
    }
  }
}

LogisticModel fit_courses(std::span<const Course* const> courses, const CourseSettings& s) {
  const Objective objective(courses, s);
  Weights w(objective.size(), 0), gradient(w.size()), next(w.size()), next_gradient(w.size());
  double positive = 1, negative = 1;
  for (const Course* c : courses) (c->positive ? positive : negative) += 1;
  w.back() = std::log(positive / negative);
  double loss = objective.at(w, gradient);
  Memory memory;
  for (int step = 0; step < s.steps; ++step) {
    const Weights d = memory.direction(gradient);
    const double slope = dot(d, gradient);
    double rate = 1, next_loss = loss;
    bool moved = false;
    for (int tries = 0; tries < 20 && !moved; ++tries, rate /= 2) {
      for (std::size_t k = 0; k < w.size(); ++k) next[k] = w[k] - rate * d[k];
      next_loss = objective.at(next, next_gradient);
      moved = next_loss <= loss - 1e-4 * rate * slope;
      if (moved) break;
    }
    if (!moved) break;
    Weights ds(w.size()), dg(w.size());
    for (std::size_t k = 0; k < w.size(); ++k) {
      ds[k] = next[k] - w[k];
      dg[k] = next_gradient[k] - gradient[k];
    }
    if (dot(ds, dg) > 1e-12) {
      memory.steps.emplace_back(std::move(ds), std::move(dg));
      if (memory.steps.size() > Memory::kSteps) memory.steps.pop_front();
    }
    const bool settled = loss - next_loss < 1e-5 * loss;
    w.swap(next);
    gradient.swap(next_gradient);
    loss = next_loss;
    if (settled) break;
  }
  LogisticModel m;
  const std::size_t slots = std::size_t{1} << s.bits;
  m.weights.assign(w.begin(), w.begin() + static_cast<std::ptrdiff_t>(slots));
  for (std::size_t k = 0; k < kVector; ++k) m.vector[k] = static_cast<float>(w[slots + k]);
  return m;
}

}  // namespace loopbreaker::train
